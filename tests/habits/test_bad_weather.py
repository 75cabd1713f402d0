"""WeCom's bad weather, each with the test that stands in it: an index that goes red when one of them is gone."""

from __future__ import annotations

import re

import pytest

from tests.habits.sources import ROOT

WEATHER = {
    "a callback that was tampered with": (
        "tests/bot/wecom/test_app_door.py::test_what_was_tampered_with_is_not_read",
        "tests/bot/wecom/test_robot.py::test_what_was_tampered_with_is_not_read",
    ),
    "a callback that is replayed": (
        "tests/bot/wecom/test_app_door.py::test_an_old_callback_is_not_believed",
        "tests/bot/wecom/test_robot.py::test_an_old_callback_is_not_believed",
    ),
    "a callback that is too large": (
        "tests/bot/wecom/test_app_door.py::test_a_body_past_its_limit_is_not_even_searched",
        "tests/bot/wecom/test_robot.py::test_a_body_past_its_limit_is_not_read",
    ),
    "XML bombs and entities": (
        "tests/bot/wecom/test_app_door.py::test_entities_that_grow_without_end_are_refused_also_when_signed",
        "tests/bot/wecom/test_callbacks.py::test_what_is_not_for_us_or_not_a_message_is_one_error",
    ),
    "the wrong company's id": (
        "tests/bot/wecom/test_app_door.py::test_what_was_tampered_with_is_not_read",
        "tests/bot/wecom/test_callbacks.py::test_what_is_not_for_us_or_not_a_message_is_one_error",
    ),
    "a callback delivered four times": (
        "tests/bot/wecom/test_robot.py::test_a_message_delivered_four_times_is_worked_on_once",
        "tests/journeys/test_calls_in_wecom.py::test_ana_takes_it_by_the_button_of_her_card",
        "tests/journeys/test_calls_in_wecom.py::test_what_ana_types_is_answered_to_her_alone",
    ),
    "45009 for an hour": (
        "tests/journeys/test_webhook_trouble.py::test_an_hour_of_refusals_makes_the_digest_late_and_loses_nothing",
        "tests/journeys/test_webhook_trouble.py::test_a_call_does_not_wait_behind_a_patient_digest",
    ),
    "a token revoked between two calls": (
        "tests/bot/wecom/test_app.py::test_a_stale_token_is_renewed_once_and_the_message_sent",
        "tests/journeys/test_calls_in_wecom.py::test_a_token_that_is_revoked_between_two_calls_costs_nobody_a_message",
    ),
    "two replicas that refresh the token at once": (
        "tests/bot/wecom/test_app.py::test_while_one_replica_fetches_the_other_waits_for_its_turn",
        "tests/bot/wecom/test_app.py::test_ten_threads_at_once_fetch_one_token",
        "tests/contracts/test_shared_tokens.py::test_of_two_who_want_to_fetch_one_may",
    ),
    "60020, a machine WeCom does not trust": (
        "tests/journeys/test_calls_in_wecom.py::test_a_machine_wecom_does_not_trust_makes_the_next_level_hear_at_once",
    ),
    "93000, a webhook that was removed": (
        (
            "tests/journeys/test_webhook_trouble.py::"
            "test_a_removed_webhook_is_left_alone_and_the_operator_hears_of_it_in_slack"
        ),
    ),
    "a person without a licence": (
        "tests/bot/wecom/test_app.py::test_a_message_that_reaches_nobody_has_failed",
        "tests/journeys/test_calls_in_wecom.py::test_who_is_reached_by_neither_makes_the_next_level_hear_at_once",
    ),
    "a reply that contains ]]>": (
        "tests/bot/wecom/test_app_door.py::test_a_reply_that_would_end_a_cdata_section_stays_words",
        "tests/bot/wecom/test_robot_takeover.py::test_a_reply_that_would_end_a_cdata_section_stays_words",
    ),
    "a copy of Vigia that dies over an answer": (
        "tests/bot/wecom/test_robot_takeover.py::test_a_dead_copys_answer_is_given_by_the_next_one_asked",
        "tests/journeys/test_robot_in_wecom.py::test_a_copy_that_dies_leaves_the_group_its_answer_and_one_incident",
    ),
    "an answer that takes longer than WeCom waits": (
        "tests/bot/wecom/test_robot.py::test_an_answer_later_than_wecom_waits_comes_as_a_message_of_its_own",
    ),
    "an answer of WeCom that is lost": (
        "tests/bot/wecom/test_outbox_to_wecom.py::test_a_lost_answer_is_repeated_for_an_incident_only",
    ),
    "whoever reads logs and tables": (
        "tests/journeys/test_webhook_trouble.py::test_a_webhook_key_is_read_nowhere",
        "tests/bot/wecom/test_app.py::test_no_log_line_and_no_exception_holds_a_token_or_the_secret",
    ),
}


@pytest.mark.parametrize("weather", WEATHER)
def test_each_weather_has_its_tests(weather: str) -> None:
    """By the names that stand here."""
    for place in WEATHER[weather]:
        path, _, name = place.partition("::")
        assert re.search(rf"def {name}\(", (ROOT / path).read_text(encoding="utf-8")), place
