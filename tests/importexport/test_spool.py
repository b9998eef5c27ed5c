from nexus_commerce.contrib.importexport.spool import Spool


def test_brings_rows_of_a_key_together_in_the_order_of_the_file() -> None:
    with Spool() as spool:
        for line, key in enumerate(["b", "a", "b", "c", "a"]):
            spool.add(key, line, [key, str(line)])

        assert len(spool) == 3
        assert [(key, [line for line, _ in rows]) for key, rows in spool.groups(10)] == [
            ("b", [0, 2]),
            ("a", [1, 4]),
            ("c", [3]),
        ]


def test_gives_no_more_rows_of_a_key_than_asked_for() -> None:
    with Spool() as spool:
        for line in range(5):
            spool.add("a", line, [])

        assert [len(rows) for _, rows in spool.groups(3)] == [3]


def test_a_value_is_claimed_once_even_while_groups_are_read() -> None:
    with Spool() as spool:
        spool.add("a", 1, [])
        spool.add("b", 2, [])

        claims = [spool.claim("SKU", key, rows[0][0]) for key, rows in spool.groups(10)]

    assert claims == [None, ("a", 1)]
