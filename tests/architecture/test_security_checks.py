"""Which tests stand for which check of rights (A), crashes (C), what happens at once (K), templates
and output (T) and ways in (U): one that is renamed or gone is missed here.

Not there yet: reports and dashboards (A9), and what prints (T3)."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

TESTS = Path(__file__).parents[1]

CHECKS = {
    "A1 every route for every kind of person": (
        "web/test_route_matrix.py::test_every_route_has_its_row",
        "web/test_route_matrix.py::test_each_person_gets_what_the_table_says",
    ),
    "A2 every way to ask agrees with a plain model": (
        "properties/test_rights_agree.py::test_small_worlds_agree_with_the_model",
        "properties/test_rights_agree.py::test_large_worlds_agree_with_the_model",
    ),
    "A3 changed rights hold from the next request on": (
        "runtime/test_customizing.py::test_rights_of_a_session_under_way_change_at_once",
        "runtime/test_customizing.py::test_moving_a_role_moves_who_sees_what",
        "runtime/test_sharing.py::test_a_share_ends_by_itself",
        "web/changed/test_next_request.py::test_what_is_taken_is_gone_with_the_next_request",
        "web/changed/test_next_request.py::"
        "test_while_nothing_is_taken_each_of_these_changes_something",
        "web/changed/test_already_told.py::"
        "test_what_waited_is_not_told_to_whoever_may_no_longer_read",
    ),
    "A4 hidden and read-only fields are written on no path": (
        "web/test_hidden_fields.py::"
        "test_writing_answers_a_right_guess_like_any_other_and_changes_nothing",
        "web/test_hidden_doors.py::test_a_form_takes_nothing_that_is_hidden",
        "web/api/test_closed_fields.py::test_no_door_takes_what_is_read_only",
        "web/test_read_only_doors.py::test_a_door_takes_what_may_be_written_and_nothing_else",
        "web/test_read_only_doors.py::test_a_new_record_takes_no_more",
    ),
    "A5 history without what is hidden": (
        "runtime/people/test_beside_records.py::"
        "test_hidden_changes_do_not_show_and_lose_nothing_behind_them",
    ),
    "A6 nobody is told what they may not read": (
        "web/test_hidden_doors.py::test_a_team_is_told_of_no_stage_it_may_not_read",
        "web/test_hidden_fields.py::test_formulas_read_as_their_reader_and_rollups_as_the_system",
        "workflow/test_teams.py::test_who_may_no_longer_read_the_record_is_not_told",
        "workflow/messages/test_mails.py::test_a6_what_the_sender_may_not_read_is_not_in_it",
        "workflow/messages/test_mails.py::"
        "test_a6_each_of_us_reads_with_their_own_rights_in_their_own_language",
        "workflow/messages/test_texts.py::test_a6_each_of_us_is_texted_what_they_may_read",
        "workflow/messages/test_mailings.py::"
        "test_needs_the_right_and_reaches_only_what_the_sender_sees",
        "workflow/webhooks/test_hidden.py::"
        "test_a6_a_call_tells_what_its_author_named_and_nothing_else",
        "workflow/webhooks/test_hidden.py::test_a6_whoever_caused_a_call_does_not_see_what_it_told",
        "web/changed/test_already_told.py::"
        "test_what_waited_is_not_told_to_whoever_may_no_longer_read",
        "web/changed/test_already_told.py::test_a_team_that_is_told_by_mail",
        "web/api/test_approval_reach.py::test_who_may_not_read_it_is_told_no_title_by_mail_either",
    ),
    "A7 approvals": (
        "workflow/approvals/test_cases_agree.py::"
        "test_cases_do_what_the_rules_say_while_people_are_away",
        "web/test_hidden_doors.py::test_an_approval_shows_no_change_of_what_is_hidden",
        "web/api/test_approval_reach.py::test_who_reads_what_of_a_record_in_approval",
        "web/api/test_approval_reach.py::test_who_may_not_read_it_decides_by_the_case_alone",
        "web/api/test_approval_reach.py::test_beyond_its_own_fields_a_step_writes_nothing",
        "web/api/test_approval_reach.py::test_nobody_approves_what_they_submitted",
        "web/api/test_approval_reach.py::test_where_the_step_allows_it_they_do",
    ),
    "A8 files and comments have the right of their record": (
        "web/api/test_attached_files.py::test_who_may_not_see_the_record_gets_no_file_of_it",
        "web/api/test_attached_files.py::test_a_file_is_found_under_its_own_record_only",
    ),
    "A10 counts and refusals say nothing of rows out of sight": (
        "web/test_hidden_fields.py::test_rows_one_may_not_see_are_not_counted_by_a_filter",
        "web/test_hidden_fields.py::"
        "test_a_value_taken_by_a_record_out_of_sight_names_the_field_and_nothing_else",
    ),
    "A11 nobody is locked out": (
        "runtime/people/test_users.py::test_the_last_administrator_stays",
        "runtime/test_customizing.py::test_the_last_administrator_and_oneself",
        "runtime/test_customizing.py::test_an_upgrade_that_takes_what_a_rule_names_is_refused",
        "runtime/test_gone_fields.py::test_an_upgrade_that_takes_the_field_is_refused",
        "runtime/test_gone_fields.py::test_once_the_rule_is_gone_it_goes_through_and_opens_nothing",
        "runtime/test_closed_fields.py::test_what_is_not_shown_is_neither_asked_for_nor_taken",
    ),
    "A12 rights at a million records": ("../bench/rights.py::main",),
    "C6 what is put is delivered under one id": (
        "faults/test_jobs_killed.py::test_every_message_arrives_and_every_effect_is_there_once",
        "faults/test_mails_killed.py::test_every_mail_comes_under_its_one_id",
        "faults/test_calls_killed.py::test_every_text_comes_under_its_one_id",
        "faults/test_calls_killed.py::test_every_call_comes_under_its_one_id_with_the_same_body",
        "workflow/messages/test_mails.py::"
        "test_delivered_but_not_marked_is_sent_again_under_the_same_id",
        "workflow/webhooks/test_out.py::test_killed_between_the_call_and_the_mark_it_is_repeated",
    ),
    "C8 each deadline comes once": (
        "workflow/test_deadlines.py::test_a_date_of_a_record_comes_once",
        "workflow/test_deadlines.py::test_a_turn_of_a_schedule_comes_once",
        "workflow/test_deadlines.py::test_an_escalation_comes_once",
        "workflow/test_clock_jumps.py::test_forward_while_a_job_is_under_way_takes_effect_once",
        "workflow/test_jobs.py::test_two_runners_at_once_never_do_the_same",
        "workflow/test_automations.py::test_after_a_standstill_one_turn_is_made_up_for",
        "workflow/test_moments.py::test_a_time_skipped_or_come_twice_is_one_turn",
        "faults/test_restarted.py::test_runners_outlive_a_restart_of_the_database",
    ),
    "T1 templates in a closed language": (
        "metadata/test_templates.py::test_outside_the_language_is_refused_with_its_line",
        "metadata/test_templates.py::test_the_language_has_no_more_kinds_of_node_than_these",
        "workflow/messages/test_mails.py::test_a_template_that_loops_is_stopped_and_tells_so",
    ),
    "T2 markup is shown and never run": (
        "browser/test_canary_markup.py::test_markup_is_shown_and_never_run",
        "browser/test_canary_markup.py::test_what_scripts_put_on_the_page_is_text_too",
        "web/pages/test_doors.py::test_no_page_holds_script_or_style",
        "web/pages/test_doors.py::test_what_every_answer_carries",
    ),
    "T4 mails": (
        "workflow/messages/test_mails.py::test_nothing_begins_another_header",
        "workflow/messages/test_mails.py::test_addresses_that_are_several_or_none_are_refused",
        "workflow/messages/test_large.py::test_a_thousand_recipients_get_a_mail_each",
        "workflow/messages/test_large.py::test_a_body_of_ten_megabytes_is_turned_down_in_words",
        "runtime/people/test_mail.py::test_an_address_is_one_address",
        "runtime/people/test_mail.py::test_a_subject_ends_no_line",
    ),
    "T5 what was uploaded is saved and not opened": (
        "web/api/test_attached_files.py::test_what_is_fetched_cannot_run",
        "web/api/test_attached_files.py::test_the_name_is_sent_as_rfc_6266_says",
        "web/api/test_attached_files.py::test_no_name_says_more_than_a_name",
        "browser/test_canary_markup.py::test_an_attached_page_is_saved_and_not_opened",
    ),
    "U1 wrong passwords cost time": (
        "runtime/people/test_signing_in.py::"
        "test_ten_wrong_passwords_make_one_wait_even_with_the_right_one",
        "runtime/people/test_signing_in.py::test_one_address_cannot_try_everybody",
    ),
    "U2 sessions": (
        "web/pages/test_doors.py::test_each_log_in_has_a_cookie_of_its_own",
        "web/pages/test_doors.py::test_signing_in",
        "web/pages/test_doors.py::test_the_cookie_is_secure_over_https",
        "web/pages/test_doors.py::test_signing_out_ends_the_session_everywhere",
        "web/pages/test_doors.py::test_a_session_left_alone_is_over",
        "web/pages/test_doors.py::test_new_rights_bring_a_new_session_id",
        "runtime/people/test_signing_in.py::test_half_an_hour_alone_ends_a_session",
        "runtime/people/test_signing_in.py::"
        "test_use_keeps_a_session_for_twelve_hours_and_not_longer",
        "runtime/people/test_signing_in.py::"
        "test_every_log_in_gets_an_id_of_its_own_and_the_database_knows_neither",
        "runtime/people/test_signing_in.py::test_a_new_role_brings_new_rights_at_once_and_a_new_id",
        "runtime/people/test_signing_in.py::test_a_disabled_person_is_out_with_the_next_request",
        "runtime/people/test_signing_in.py::test_a_changed_password_ends_every_other_way_in",
        "web/api/test_browser_sessions.py::"
        "test_after_rights_moved_the_api_gives_the_new_session_too",
        "web/api/test_browser_sessions.py::test_the_grace_ends_with_the_session",
    ),
    "U3 forms of other sites": (
        "web/test_route_matrix.py::test_a_cookie_alone_changes_nothing",
        "web/test_route_matrix.py::test_a_form_of_another_site_is_refused_token_or_not",
        "web/test_route_matrix.py::test_the_api_takes_json_only_as_json",
    ),
    "U4 links of resets and invitations": (
        "runtime/people/test_password_links.py::"
        "test_sessions_and_tokens_end_and_those_of_others_do_not",
        "runtime/people/test_password_links.py::test_who_is_invited_chooses_their_first_password",
        "runtime/people/test_password_links.py::test_a_link_works_once_and_ends_all_others",
        "runtime/people/test_password_links.py::test_used_twice_at_once_it_works_once",
        "runtime/people/test_password_links.py::test_it_is_over_after_thirty_minutes",
        "runtime/people/test_password_links.py::test_five_questions_are_too_many_whoever_it_is",
        "runtime/people/test_password_links.py::"
        "test_it_is_over_with_another_password_and_with_the_account",
        "web/pages/test_ways_in.py::test_a_forgotten_password",
        "web/pages/test_ways_in.py::test_the_fourth_question_waits",
    ),
    "U5 single sign-on": (
        "web/pages/test_single_sign_on.py::test_a_token_that_says_something_else_is_refused",
        "web/pages/test_single_sign_on.py::test_a_token_that_the_provider_did_not_sign_is_refused",
        "web/pages/test_single_sign_on.py::test_once_linked_the_subject_counts_and_no_address",
    ),
    "U6 API tokens": (
        "runtime/people/test_tokens.py::test_a_token_is_its_owner_and_is_kept_as_a_digest_only",
        "runtime/people/test_tokens.py::"
        "test_an_expired_token_is_dead_and_one_without_an_end_is_not",
        "runtime/people/test_tokens.py::test_no_scope_ever_adds_a_right",
    ),
    "K1 two people in every order of their steps": (
        "runtime/test_interleavings.py::test_two_edits",
        "runtime/test_interleavings.py::test_an_edit_and_a_deletion",
        "runtime/test_interleavings.py::test_two_restorations_of_one_deletion",
        "runtime/test_interleavings.py::test_two_numbers",
        "workflow/test_interleavings.py::test_two_claims",
        "workflow/test_interleavings.py::test_a_claim_and_a_take_back",
        "workflow/test_interleavings.py::test_two_decisions",
        "workflow/test_interleavings.py::test_two_conversions",
        "workflow/test_interleavings.py::test_a_deletion_and_a_restoration",
        "workflow/test_interleavings.py::test_two_moves_of_a_role",
        "workflow/test_interleavings.py::test_a_move_of_a_role_and_an_edit",
    ),
    "K2 many writers of one file": (
        "runtime/test_races.py::test_sixteen_writers_of_one_file_never_see_it_locked",
    ),
    "K3 one unique value for many at once": (
        "web/api/test_storms.py::test_thirty_two_with_one_unique_value_and_one_gets_it",
        "runtime/test_races.py::test_of_sixteen_with_the_same_unique_value_one_succeeds",
    ),
    "K4 one key for many calls": (
        "web/api/test_storms.py::test_ten_calls_with_one_key_do_it_once_and_get_one_answer",
        "web/api/test_storms.py::"
        "test_what_broke_off_before_its_answer_was_kept_is_done_by_the_next_try",
    ),
    "K5 a parent goes while children come": (
        "runtime/test_races.py::test_no_child_is_left_without_its_parent",
        "runtime/test_races.py::test_a_parent_in_use_is_not_deleted_under_its_children",
    ),
    "U7 first set-up": (
        "cli/test_first_setup.py::test_two_first_set_ups_at_once",
        "cli/test_first_setup.py::test_each_place_has_secrets_of_its_own",
    ),
}


@pytest.mark.parametrize("check", CHECKS)
def test_a_check_has_its_tests(check: str) -> None:
    for each in CHECKS[check]:
        file, name = each.split("::")
        assert re.search(rf"^def {name}\(", (TESTS / file).read_text(), re.MULTILINE), each
