"""
The monthly data report: counts that the public may see, with statistical disclosure control.

    facts          messages -> submissions: from whom (as a digest), about what, looked at after how long
    counts         submissions -> true counts, with those who contributed to each
    disclosure     true counts -> what may be shown, given everything shown before
    draft          a month or a period -> a draft, kept
    releases       a second person lets it go; then it is frozen
    page, flat     what people and programs read

SECURITY
    A table with small numbers tells who reported. Nothing here is shown that was not through `disclosure`.
"""
