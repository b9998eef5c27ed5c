"""Services of events that send no signal of their own."""

__all__ = ["EVENT_SILENT"]

EVENT_SILENT = {
    # They hand on and have handled what others told of.
    "deliver_all",
    "deliver_entry",
    "following_entry",
    "offer_entries",
    "open_entries",
    "prune_events",
    "relay_events",
    "replay_entry",
    "settle_entry",
    "withdraw_offers",
    # A job is watched in its row, which tells how far it is.
    "advance_job",
    "begin_job",
    "cancel_job",
    "fail_job",
    "finish_job",
    "open_jobs",
    "release_job",
    "run_job",
    "start_job",
}
