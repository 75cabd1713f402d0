"""How trouble is spoken of in Spanish."""

from __future__ import annotations

from handlers.listening.trouble.words import TroubleWords

SPANISH = TroubleWords(
    signs=(
        *("no pued*", "no podemos", "nadie puede", "no se puede", "no funciona*", "no carga*", "no abre*"),
        *("no se genera*", "no aparece*", "ya no aparece*", "no sincroniza*", "no entran", "no nos entran"),
        *("no recibimos … pedido*", "no estamos recibiendo … pedido*", "dejo de", "dejaron de", "caida la"),
        *("esta caid*", "esta abajo", "trabad*", "se trabo", "dando error", "da error", "dio error", "error en"),
        *("error al", "con error*", "con problema*", "problema en", "problema con", "tenemos un problema"),
        *("desaparec*", "pauso", "pausaron", "pausad*", "suspend*", "bloque*", "nos banearon", "dieron de baja"),
        *("nos denunciaron", "cero venta*", "cero pedido*", "ninguna venta", "ningun pedido", "no hay venta*"),
        *("no hay pedido*", "sin venta*", "sin pedido*", "no vend*", "sin stock", "stock en cero", "en cero"),
        *("todavia no … resolv*", "aun no … resolv*", "sigue sin", "no se resolvio", "no es normal"),
        *("siendo rechazad*", "fueron rechazad*", "fue rechazad*", "rechaza*", "sancion*", "penaliz*"),
        *("perdimos la buy box", "perdi la buy box", "perdimos el catalogo", "precio … mal", "precio … equivocado"),
        *("la mitad", "muy por debajo", "por debajo de lo normal", "a amarillo", "a naranja", "a rojo"),
        *("defectuos*", "llego rot*", "llegaron rot*", "no llega*", "no le llega*", "no les llega*", "no se ve*"),
        *("no sale*", "no actualiza*", "no convierte*", "no esta* *ndo", "no entro*", "ni un pedido"),
        *("ni una venta", "nada desde", "solo vend*", "vendiamos", "quitaron", "eliminaron", "eliminad*"),
        *("removieron", "removid*", "desactiv*", "inactiv*", "perdimos la", "infring*", "infraccion*"),
        *("violacion*", "furios*", "molestos", "molestas", "enojad*", "quejando*", "pesim*", "horrible*"),
        *("anormal", "muy raro", "tardando", "tardan", "atrasad*", "retrasad*", "muy lent*", "equivocad*"),
        *("incorrect*", "donde estan nuestr*", "hacke*", "clonad*", "fraude*", "estaf*", "falsific*", "extravi*"),
        *("retenid*", "cobro indebido", "cobraron dos veces", "cancelaron", "por encima del limite", "se agoto"),
        *("agotad*", "fallo", "fallando", "falla en", "falla al", "negad*", "faltan", "falta el", "falta la"),
        *("faltando", "restring*", "moderaron", "moderad*", "no transfir*", "no lo transfir*", "no fue entregad*"),
        *("no fue pagad*", "no recibieron", "client* no recib*", "se detuv*", "nadie contest*", "nadie respond*"),
        *("nadie avis*", "vacio", "vacia", "invalid*", "no responde*", "nunca llego", "nunca llegaron"),
        *("se detuvieron", "nos bajo", "nos bajaron", "menor a lo acordado", "sin motivo", "modo vacaciones"),
        *("amenaza*", "profeco"),
    ),
    good=(
        *("conversion", "conversiones", "venta", "ventas", "facturacion", "pedido", "pedidos", "visita", "visitas"),
        *("trafico", "impresiones", "clics", "calificacion", "reputacion", "posicion", "ranking", "inventario"),
        *("stock", "roas", "gmv", "ingresos", "ticket", "sitio", "sistema", "aplicacion", "pagina", "panel"),
        *("margen", "calidad", "nota", "puntaje"),
    ),
    bad=(
        *("reclamo", "reclamos", "queja", "quejas", "cancelacion*", "devolucion*", "demora", "demoras", "retraso*"),
        *("reembolso*", "opinion* negativa*", "resena* negativa*", "defecto*", "disputa*", "mediacion*", "acos"),
        *("contracargo*", "1 estrella", "una estrella", "tiempo de respuesta", "tiempo de entrega"),
        *("plazo de envio",),
    ),
    falls=(
        *("cayo", "cayeron", "cae", "caen", "cayendo", "caer", "caida", "caidas", "bajo", "bajaron", "baja"),
        *("bajando", "disminuy*", "desplom*", "se hundi*", "empeor*", "menos", "perdio", "perdimos", "descendi*"),
        *("floj*", "mala", "malo", "malas", "bajisim*"),
    ),
    rises=(
        *("subio", "subieron", "subiendo", "sube", "aumento", "aumentaron", "aumentando", "alza", "dispar*"),
        *("crecio", "crecieron", "duplic*", "muchas", "muchos", "mucha", "varias", "varios", "demasiad*", "tantas"),
        *("tantos", "lleno de", "mejoro", "mejoraron", "llegaron", "triplic*", "cada vez mas", "cada vez hay mas"),
        *("hay mas", "tenemos mas", "recibiendo mas"),
    ),
    negations=(
        *("nunca", "tampoco", "sin", "ningun", "ninguna", "no hay", "no hubo", "no tuvimos", "no tenemos", "no ha"),
    ),
    close_negations=("no", "no se", "no es un", "no es una", "no veo"),
    reliefs=(
        *("ya volvio", "ya volvieron", "volvio a la normalidad", "resuelt*", "solucionad*", "se soluciono"),
        *("ya se resolvio", "ya se recupero", "se recupero", "normalizo", "normalizad*", "reactiv*", "corregid*"),
        *("todo bien", "todo en orden"),
    ),
    whys=("por que", "que paso", "que pasa", "que esta pasando", "que sucedio", "no se por que", "no entend*"),
    doubts=(
        *("si la", "si el", "si las", "si los", "si hay", "si cae*", "si baja*", "en caso", "saber si", "ver si"),
        *("ejemplo", "a proposito", "grupo equivocado", "canal equivocado", "como se espera*"),
    ),
    turns=("pero", "sin embargo", "aunque"),
)
