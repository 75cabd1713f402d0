"""What is asked, in four languages, and what only looks like it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handlers.listening.asked_words import asks_something


@pytest.mark.parametrize(
    "asked",
    [
        *("Quando sai o relatório?", "Bom dia! Tudo bem? Quando sai o relatório?", "alguém pode ver isso"),
        *("gostaria de saber o prazo do novo lote", "o anúncio já voltou??", "Por que a conversão caiu?"),
        *("¿Cuándo empieza el Buen Fin?", "Hola, ¿cómo están? ¿Hay novedades del envío?", "quisiera saber el plazo"),
        *("When does Black Friday start?", "Could you send the November report", "any news on the refund?"),
        *(
            "什么时候发货",
            "请问有更新吗",
            "能不能把库存加到300",
            "黑五什么时候开始？",
            "退货率是多少？",
            "运费降了吗。",
        ),
    ],
)
def test_a_question_is_recognised(asked: str) -> None:
    """With and without a question mark, and behind a greeting."""
    assert asks_something(asked)


@pytest.mark.parametrize(
    "said",
    [
        *(
            "",
            "Bom dia",
            "Tudo bem?",
            "Bom dia, tudo bem?",
            "Obrigado!",
            "Perfeito, certo?",
            "não é?",
            "???",
            ":eyes:?",
        ),
        *("¿Qué tal?", "Hola, ¿cómo están?", "gracias", "¿?", "How are you?", "Thanks, will do, ok?", "all good?"),
        *("你好，在吗？", "在吗", "谢谢", "好的", "对吧？", "https://example.com/?a=1", "> quando sai?", "`SELECT ?`"),
    ],
)
def test_small_talk_quotes_and_addresses_ask_for_nothing(said: str) -> None:
    """Nobody waits for an answer to them."""
    assert not asks_something(said)


@given(st.text(max_size=300))
def test_any_text_is_judged_without_an_exception(text: str) -> None:
    """People type anything."""
    assert asks_something(text) in {True, False}
