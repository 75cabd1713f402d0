"""Words of `/incident` in four languages, kept as data: what to do, which way it moved, how bad it is."""

from __future__ import annotations

from enum import StrEnum

from kpi.incidents.incident import Movement
from kpi.phrases import phrase
from kpi.severities import Severity

REPORT_A_PROBLEM = phrase("Report a problem")
"""What the button below every alert and digest says."""


ABOUT_MESSAGE = "about-message"
"""What a button or sign puts before the platform's id of a message; the door that knows the message adds its words."""


class Verb(StrEnum):
    """What may be done by a command; the value is its English word."""

    NEW = "new"
    ALERT = "alert"
    DIGEST = "digest"
    MESSAGE = ABOUT_MESSAGE
    LIST = "list"
    SHOW = "show"
    ACK = "ack"
    NOTE = "note"
    EVIDENCE = "evidence"
    PIN = "pin"
    UNPIN = "unpin"
    ANALYSIS = "analysis"
    PLAN = "plan"
    DONE = "done"
    FIXED = "fixed"
    ESCALATE = "escalate"
    RESOLVE = "resolve"
    REOPEN = "reopen"
    TIMELINE = "timeline"
    ASSIGN = "assign"
    RELEASE = "release"
    SEVERITY = "severity"
    ONSET = "onset"
    MERGE = "merge"
    UPDATE = "update"
    PUBLISH = "publish"
    SNOOZE = "snooze"
    STOP = "stop"
    HANDOVER = "handover"
    AWAY = "away"
    SUMMARY = "summary"
    RECORD = "record"
    HELP = "help"


VERB_WORDS: dict[Verb, tuple[str, ...]] = {
    Verb.NEW: ("new", "novo", "nuevo", "新建", "上报"),
    Verb.ALERT: ("alert", "alerta", "告警"),
    Verb.DIGEST: ("digest", "resumo", "resumen", "日报"),
    Verb.MESSAGE: (ABOUT_MESSAGE,),
    Verb.LIST: ("list", "lista", "listar", "列表"),
    Verb.SHOW: ("show", "ver", "mostrar", "查看"),
    Verb.ACK: ("ack", "take", "assumir", "asumir", "接手", "确认"),
    Verb.NOTE: ("note", "nota", "备注"),
    Verb.EVIDENCE: ("evidence", "evidencia", "证据"),
    Verb.PIN: ("pin", "fixar", "fijar", "记入"),
    Verb.UNPIN: ("unpin", "desafixar", "desfijar", "撤出"),
    Verb.ANALYSIS: ("analysis", "analise", "analisis", "分析"),
    Verb.PLAN: ("plan", "plano", "方案"),
    Verb.DONE: ("done", "feito", "hecho", "已执行"),
    Verb.FIXED: ("fixed", "normal", "恢复"),
    Verb.ESCALATE: ("escalate", "escalar", "升级"),
    Verb.RESOLVE: ("resolve", "resolver", "解决", "关闭"),
    Verb.REOPEN: ("reopen", "reabrir", "重开"),
    Verb.TIMELINE: ("timeline", "historico", "cronologia", "时间线"),
    Verb.ASSIGN: ("assign", "atribuir", "asignar", "指派", "转给"),
    Verb.RELEASE: ("release", "liberar", "devolver", "退回", "放手"),
    Verb.SEVERITY: ("severity", "severidade", "gravidade", "severidad", "gravedad", "严重程度"),
    Verb.ONSET: ("onset", "inicio", "开始于", "起点"),
    Verb.MERGE: ("merge", "juntar", "unir", "fusionar", "合并"),
    Verb.UPDATE: ("update", "atualizar", "actualizar", "进展"),
    Verb.PUBLISH: ("publish", "publicar", "发布"),
    Verb.SNOOZE: ("snooze", "adiar", "posponer", "稍后"),
    Verb.STOP: ("stop", "parar", "detener", "停止提醒"),
    Verb.HANDOVER: ("handover", "repassar", "traspasar", "交接"),
    Verb.AWAY: ("away", "ausente", "外出", "休假"),
    Verb.SUMMARY: ("summary", "sumario", "balanco", "balance", "总结"),
    Verb.RECORD: ("record", "registro", "月报"),
    Verb.HELP: ("help", "ajuda", "ayuda", "帮助"),
}
"""Without case and accents, as `handlers.grammar.normalise` leaves them."""


class Part(StrEnum):
    """A part of a plan or an ending, written as "cause: …"."""

    CAUSE = "cause"
    ACTION = "action"
    OWNER = "owner"
    METRIC = "metric"
    AIM = "to"
    REVIEW = "review"
    REASON = "reason"


PART_WORDS: dict[Part, tuple[str, ...]] = {
    Part.CAUSE: ("cause", "causa", "原因"),
    Part.ACTION: ("action", "acao", "accion", "措施"),
    Part.OWNER: ("owner", "dono", "responsavel", "responsable", "负责人"),
    Part.METRIC: ("metric", "metrica", "指标"),
    Part.AIM: ("to", "meta", "目标"),
    Part.REVIEW: ("review", "revisao", "revision", "复查"),
    Part.REASON: ("reason", "motivo", "理由"),
}

MOVEMENT_WORDS: dict[Movement, tuple[str, ...]] = {
    Movement.FALL: (
        *("fell", "fall", "drop", "down", "dropped"),
        *("caiu", "cai", "caindo", "queda", "baixou"),
        *("cayo", "caida", "cae", "bajo", "bajaron"),
        *("下降", "下跌", "跌", "掉", "降"),
    ),
    Movement.RISE: (
        *("rose", "rise", "up", "jumped"),
        *("subiu", "aumentou", "alta", "disparou"),
        *("subio", "aumento", "alza"),
        *("上升", "上涨", "涨", "升高", "增加"),
    ),
}

SEVERITY_WORDS: dict[Severity, tuple[str, ...]] = {
    Severity.S1: ("critical", "urgent", "critico", "critica", "urgente", "紧急", "严重"),
    Severity.S3: ("minor", "leve", "轻微"),
    Severity.S4: ("trivial", "琐碎"),
}
"""A report that says none of them is a major one: in doubt the higher."""
GRADE_WORDS: dict[Severity, tuple[str, ...]] = {
    Severity.S1: ("s1", *SEVERITY_WORDS[Severity.S1]),
    Severity.S2: ("s2", "major", "grave", "重要"),
    Severity.S3: ("s3", *SEVERITY_WORDS[Severity.S3]),
    Severity.S4: ("s4", *SEVERITY_WORDS[Severity.S4]),
}
"""What a severity is called by whoever changes it: as in a report and on the card, and its short form."""
