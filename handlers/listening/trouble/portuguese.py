"""How trouble is spoken of in Portuguese."""

from __future__ import annotations

from handlers.listening.trouble.words import TroubleWords

PORTUGUESE = TroubleWords(
    signs=(
        *("nao consig*", "nao conseguimos", "nao conseguem", "ninguem consegue", "nao da para", "nao funciona*"),
        *("nao esta funcionando", "nao carrega*", "nao abre*", "nao gera*", "nao aparece*", "nao sincroniz*"),
        *("nao entra*", "nao entrou … pedido*", "nao recebemos … pedido*", "nao estamos recebendo … pedido*"),
        *("parou de", "pararam de", "fora do ar", "travad*", "travou", "travaram", "dando erro", "deu erro"),
        *("erro no", "erro na", "erro ao", "com erro", "com problema*", "problema no", "problema na"),
        *("problema com", "temos um problema", "estamos com problema*", "sumiu", "sumiram", "desapareceu"),
        *("desapareceram", "pausad*", "pausou", "pausaram", "suspens*", "suspendeu", "suspenderam", "bloquead*"),
        *("bloqueou", "bloquearam", "banid*", "derrubaram", "denunciad*", "zero venda*", "zero pedido*"),
        *("nenhuma venda", "nenhum pedido", "sem venda*", "sem pedido*", "nao vend*", "sem estoque"),
        *("estoque zerado", "zerou", "zerado", "ainda nao … resolv*", "nao foi resolvid*", "nao e normal"),
        *("nao esta normal", "sendo recusad*", "foram recusad*", "foi recusad*", "penalidade*", "penalizad*"),
        *("punicao", "punicoes", "perdemos a buy box", "perdi a buy box", "perdemos o catalogo", "preco … errado"),
        *("valor … errado", "metade do normal", "pela metade", "muito abaixo", "bem abaixo", "abaixo do normal"),
        *("pior* que nunca", "para amarelo", "para laranja", "para vermelho", "defeituos*", "veio quebrad*"),
        *("chegou quebrad*", "nao chega*", "nao sai", "nao atualiza*", "nao convert*", "nao esta* *ndo"),
        *("nao estamos conseguindo", "nao tem … pedido", "nao tem … venda", "nada desde", "nem um pedido"),
        *("nem uma venda", "so vend*", "saiu do ar", "sairam do ar", "removid*", "removeram", "tiraram"),
        *("excluiram", "excluid*", "desativad*", "desativaram", "inativ*", "perdemos o selo", "violac*", "infrac*"),
        *("infring*", "irregular*", "reclamando", "cliente* bravo*", "furios*", "insatisfeit*", "irritad*"),
        *("socorro", "pessim*", "horriv*", "anormal", "estranh*", "demorando", "atrasad*", "muito lent*", "errad*"),
        *("incorret*", "trocad*", "cade", "onde estao noss*", "hacke*", "invadid*", "clonad*", "fraude*"),
        *("falsific*", "golpe", "extravi*", "retid*", "pres* na alfandega", "cobranca indevida"),
        *("cobrad* duas vezes", "cancelaram", "acima do limite", "esgotou", "esgotad*", "falhou", "falhando"),
        *("falha no", "falha na", "rejeitad*", "negad*", "faltando", "falta o", "falta a", "faltam", "restrit*"),
        *("moderad*", "moderaram", "recusad*", "parou", "nao foi entregue", "nao foi pag*", "nao foi repassad*"),
        *("nao foi transferid*", "cliente* nao receb*", "nao receberam", "ninguem respond*", "ninguem avis*"),
        *("com defeito*", "vazio", "vazia", "invalid*", "nunca chegou", "nunca chegaram", "pararam", "tirou nosso"),
        *("tirou noss*", "menor que o combinado", "sem motivo", "modo ferias", "ameaca*", "procon"),
    ),
    good=(
        *("conversao", "conversoes", "venda", "vendas", "faturamento", "pedido", "pedidos", "visita", "visitas"),
        *("trafego", "acessos", "impressoes", "cliques", "nota", "avaliacao media", "reputacao", "posicao"),
        *("ranking", "estoque", "roas", "gmv", "receita", "ticket", "movimento", "site", "sistema", "aplicativo"),
        *("pagina", "painel", "margem", "qualidade"),
    ),
    bad=(
        *("reclamac*", "cancelamento*", "devoluc*", "atraso", "atrasos", "reembolso*", "avaliac* negativa*"),
        *("avaliac* ruins", "avaliac* ruim", "notas baixas", "defeito*", "disputa*", "mediac*", "estorno*", "acos"),
        *("1 estrela", "uma estrela", "tempo de resposta", "tempo de entrega", "prazo de envio", "chargeback*"),
    ),
    falls=(
        *("caiu", "cairam", "cai", "caindo", "caem", "cair", "queda", "quedas", "baixou", "baixaram", "baixa"),
        *("diminui*", "reduziu", "reduziram", "despenc*", "afund*", "piorou", "pioraram", "piorando", "desabou"),
        *("desabaram", "menos", "perdeu", "perdemos", "desceu", "desceram", "descendo", "fraca", "fraco", "fracas"),
        *("ruim", "ruins", "baixissim*", "sumindo"),
    ),
    rises=(
        *("subiu", "subiram", "subindo", "sobe", "aumentou", "aumentaram", "aumentando", "aumento", "alta"),
        *("dispar*", "explod*", "cresceu", "cresceram", "crescendo", "dobrou", "dobraram", "muitas", "muitos"),
        *("muita", "varias", "varios", "demais", "tantas", "tantos", "cheio de", "melhorou", "melhoraram"),
        *("chegaram", "vieram", "choveu", "chovendo", "triplicou", "triplicaram", "cada vez mais", "mais e mais"),
    ),
    negations=("nao", "nem", "nunca", "sem", "nenhum", "nenhuma", "jamais"),
    close_negations=(),
    reliefs=(
        *("ja voltou", "ja voltaram", "voltou ao normal", "voltaram ao normal", "resolvid*", "solucionad*"),
        *("normalizou", "normalizad*", "ja resolv*", "ja esta normal", "ja esta ok", "corrigid*", "reativad*"),
        *("recuperou", "recuperaram", "tudo certo", "tudo ok"),
    ),
    whys=("por que", "pq", "o que houve", "o que aconteceu", "o que esta acontecendo", "nao sei", "nao entend*"),
    doubts=(
        *("se a", "se o", "se as", "se os", "se houver", "se tiver", "se cair*", "se der", "caso", "sabe se"),
        *("ver se", "confirmar se", "quando houver", "como faco", "exemplo", "de proposito", "grupo errado"),
        *("canal errado", "ja esperad*"),
    ),
    turns=(
        *("mas agora", "mas hoje", "mas a", "mas o", "mas as", "mas os", "mas nao", "mas ja", "mas esta"),
        *("mas ainda", "mas continua*", "porem", "so que", "contudo"),
    ),
)
