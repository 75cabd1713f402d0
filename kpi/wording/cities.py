"""The cities whose clocks our zones are, as each language writes them."""

from __future__ import annotations

from zoneinfo import ZoneInfo

from kpi.languages import Language

_OWN_NAMES: dict[str, tuple[str, str]] = {
    # IANA zone: the city as it writes itself (English, Portuguese and Spanish keep it), Chinese
    "America/Sao_Paulo": ("São Paulo", "圣保罗"),
    "America/Manaus": ("Manaus", "马瑙斯"),
    "America/Fortaleza": ("Fortaleza", "福塔莱萨"),
    "America/Recife": ("Recife", "累西腓"),
    "America/Bahia": ("Salvador", "萨尔瓦多"),
    "America/Maceio": ("Maceió", "马塞约"),
    "America/Belem": ("Belém", "贝伦"),
    "America/Santarem": ("Santarém", "圣塔伦"),
    "America/Araguaina": ("Araguaína", "阿拉瓜伊纳"),
    "America/Cuiaba": ("Cuiabá", "库亚巴"),
    "America/Campo_Grande": ("Campo Grande", "大坎普"),
    "America/Porto_Velho": ("Porto Velho", "韦柳港"),
    "America/Boa_Vista": ("Boa Vista", "博阿维斯塔"),
    "America/Rio_Branco": ("Rio Branco", "里奥布兰科"),
    "America/Eirunepe": ("Eirunepé", "埃鲁内佩"),
    "America/Noronha": ("Noronha", "诺罗尼亚"),
    "America/Monterrey": ("Monterrey", "蒙特雷"),
    "America/Tijuana": ("Tijuana", "蒂华纳"),
    "America/Cancun": ("Cancún", "坎昆"),
    "America/Merida": ("Mérida", "梅里达"),
    "America/Chihuahua": ("Chihuahua", "奇瓦瓦"),
    "America/Ciudad_Juarez": ("Ciudad Juárez", "华雷斯城"),
    "America/Hermosillo": ("Hermosillo", "埃莫西约"),
    "America/Mazatlan": ("Mazatlán", "马萨特兰"),
    "America/Matamoros": ("Matamoros", "马塔莫罗斯"),
    "America/Ojinaga": ("Ojinaga", "奥希纳加"),
    "America/Bahia_Banderas": ("Bahía de Banderas", "班德拉斯湾"),
    "America/Argentina/Buenos_Aires": ("Buenos Aires", "布宜诺斯艾利斯"),
    "America/Argentina/Cordoba": ("Córdoba", "科尔多瓦"),
    "America/Argentina/Mendoza": ("Mendoza", "门多萨"),
    "America/Argentina/Tucuman": ("Tucumán", "图库曼"),
    "America/Argentina/Salta": ("Salta", "萨尔塔"),
    "America/Argentina/Jujuy": ("Jujuy", "胡胡伊"),
    "America/Argentina/Catamarca": ("Catamarca", "卡塔马卡"),
    "America/Argentina/La_Rioja": ("La Rioja", "拉里奥哈"),
    "America/Argentina/San_Juan": ("San Juan", "圣胡安"),
    "America/Argentina/San_Luis": ("San Luis", "圣路易斯"),
    "America/Argentina/Rio_Gallegos": ("Río Gallegos", "里奥加耶戈斯"),
    "America/Argentina/Ushuaia": ("Ushuaia", "乌斯怀亚"),
    "America/Santiago": ("Santiago", "圣地亚哥"),
    "America/Punta_Arenas": ("Punta Arenas", "蓬塔阿雷纳斯"),
    "America/Bogota": ("Bogotá", "波哥大"),
    "UTC": ("UTC", "UTC"),
}

_OTHER_NAMES: dict[str, dict[Language, str]] = {
    "Asia/Shanghai": {
        Language.EN: "Beijing",
        Language.ZH: "北京",
        Language.PT: "Pequim",
        Language.ES: "Pekín",
    },
    "Asia/Urumqi": {
        Language.EN: "Urumqi",
        Language.ZH: "乌鲁木齐",
        Language.PT: "Urumqi",
        Language.ES: "Urumchi",
    },
    "America/Mexico_City": {
        Language.EN: "Mexico City",
        Language.ZH: "墨西哥城",
        Language.PT: "Cidade do México",
        Language.ES: "Ciudad de México",
    },
    "Pacific/Easter": {
        Language.EN: "Easter Island",
        Language.ZH: "复活节岛",
        Language.PT: "Ilha de Páscoa",
        Language.ES: "Isla de Pascua",
    },
}


def city_of(zone: ZoneInfo, language: Language) -> str:
    """Return the city whose clock `zone` is; unknown zones show the last part of their name."""
    if zone.key in _OTHER_NAMES:
        return _OTHER_NAMES[zone.key][language]
    if zone.key in _OWN_NAMES:
        own, chinese = _OWN_NAMES[zone.key]
        return chinese if language is Language.ZH else own
    return zone.key.rsplit("/", 1)[-1].replace("_", " ")
