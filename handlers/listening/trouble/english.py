"""How trouble is spoken of in English."""

from __future__ import annotations

from handlers.listening.trouble.words import TroubleWords

ENGLISH = TroubleWords(
    signs=(
        *("can't", "cannot", "can not", "unable to", "couldn't", "nobody can", "no one can", "not working"),
        *("doesn't work", "don't work", "stopped", "not loading", "doesn't load", "don't load", "won't load"),
        *("not generating", "doesn't open", "won't open", "not syncing", "not showing", "no longer show*"),
        *("doesn't show*", "page is down", "site is down", "store is down", "checkout is down", "system is down"),
        *("listing is down", "got an error", "getting an error", "getting errors", "error on", "error in"),
        *("error when", "an error", "a problem with", "problem with the", "issue with", "broken", "stuck"),
        *("disappeared", "vanished", "is gone", "are gone", "paused", "suspended", "blocked", "banned"),
        *("taken down", "delisted", "removed our", "zero sales", "zero orders", "no sales", "no orders"),
        *("no new orders", "haven't received any", "haven't sold", "out of stock", "shows zero"),
        *("still not … fixed", "still not … solved", "still not … resolved", "not normal", "being declined"),
        *("being rejected", "were rejected", "was rejected", "was declined", "were declined", "penalty"),
        *("penalties", "penalized", "lost the buy box", "lost our buy box", "price … wrong", "wrong price"),
        *("half of what", "by half", "half the usual", "far below", "way below", "below normal", "to yellow"),
        *("to orange", "to red", "defective", "arrived broken", "infringement", "not visible", "not appearing"),
        *("not arriving", "not updating", "not converting", "doesn't convert", "converts nothing"),
        *("doesn't update", "doesn't arrive", "not selling", "offline", "nothing since", "not one order"),
        *("not one sale", "not a single order", "not a single sale", "used to sell", "only sold", "today only"),
        *("took away", "taken away", "removed", "deactivated", "inactive", "violation*", "violat*", "furious"),
        *("angry", "complaining", "unhappy", "terrible", "awful", "horrible", "abnormal", "strange", "delayed"),
        *("too slow", "very slow", "taking too long", "arriv* late", "wrong", "incorrect", "mismatch*"),
        *("where are our", "hacked", "fraud*", "scam*", "counterfeit*", "hijack*", "lost package*", "at customs"),
        *("charged twice", "overcharged", "above the limit", "sold out", "failed", "failing", "fails", "rejected"),
        *("missing", "restricted", "moderated", "no longer appear*", "not transferred", "not delivered"),
        *("not paid", "not received", "didn't receive", "nobody told", "nobody answer*", "no one answer*"),
        *("nobody reply*", "not responding", "empty page", "invalid", "limited our", "flagged", "never arrived"),
        *("never came", "took … down", "less than agreed", "for no reason", "without reason", "vacation mode"),
        *("threaten*", "swapped for"),
    ),
    good=(
        *("conversion", "conversions", "sale", "sales", "revenue", "order", "orders", "visit", "visits", "traffic"),
        *("impressions", "clicks", "rating", "reputation", "ranking", "position", "stock", "inventory", "roas"),
        *("gmv", "ticket", "site", "system", "page", "score", "margin", "quality"),
    ),
    bad=(
        *("complaint", "complaints", "cancellation*", "refund*", "return", "returns", "return rate", "delay"),
        *("delays", "late deliver*", "negative review*", "bad review*", "defect", "defects", "dispute*"),
        *("chargeback*", "acos", "1 star", "one star", "response time", "delivery time", "shipping time"),
    ),
    falls=(
        *("fell", "fall", "falls", "fallen", "falling", "drop", "drops", "dropped", "dropping", "down", "crash*"),
        *("plunge*", "plummet*", "tank*", "decline", "declined", "declining", "decreas*", "collaps*", "worse"),
        *("fewer", "lost", "sank", "weak", "bad", "low", "lower", "slipp*"),
    ),
    rises=(
        *("rose", "rise", "rises", "rising", "up", "jump*", "spik*", "increas*", "soar*", "surg*", "grew"),
        *("growing", "doubled", "many", "lots of", "a lot of", "too many", "so many", "several", "full of"),
        *("improv*", "better", "came in", "coming in", "tripled", "more and more", "flood*"),
    ),
    negations=(
        *("not", "never", "without", "didn't", "doesn't", "don't", "hasn't", "haven't", "isn't", "aren't"),
        *("wasn't", "weren't", "won't", "no longer", "not a single"),
    ),
    close_negations=("no", "no more", "no new"),
    reliefs=(
        *("back to normal", "solved", "resolved", "fixed", "recovered", "reactivated", "reinstated", "all good"),
        *("back up", "working again", "works again"),
    ),
    whys=(
        *("why", "what happened", "what is going on", "what's going on", "how come", "don't understand"),
        *("don't know why",),
    ),
    doubts=(
        *("if", "whether", "in case", "for example", "how do i", "suppose", "on purpose", "wrong group"),
        *("wrong chat", "wrong channel", "as expected"),
    ),
    turns=("but", "however", "although", "though"),
)
