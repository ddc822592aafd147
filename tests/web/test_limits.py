import pytest
from starlette.requests import Request

from bot.web.limits import RateLimit, address_of
from bot.web.problems import TooManyRequests


def request_from(host: str) -> Request:
    return Request({"type": "http", "headers": [], "client": (host, 1)})


def test_a_minute_s_allowance_can_be_spent_at_once_and_comes_back_with_time() -> None:
    now = [0.0]
    limit = RateLimit(30, clock=lambda: now[0])
    for _ in range(30):
        limit.check("a")
    with pytest.raises(TooManyRequests) as refused:
        limit.check("a")
    assert refused.value.retry_after_s == 2
    now[0] += 2
    limit.check("a")
    with pytest.raises(TooManyRequests):
        limit.check("a")
    now[0] += 3600
    for _ in range(30):
        limit.check("a")


def test_one_who_asks_too_much_slows_nobody_else() -> None:
    limit = RateLimit(1)
    limit.check("a")
    with pytest.raises(TooManyRequests):
        limit.check("a")
    limit.check("b")


@pytest.mark.parametrize(
    ("host", "counted_as"),
    [
        ("192.0.2.7", "192.0.2.7"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("fe80::1%eth0", "fe80::/64"),
        ("testclient", "testclient"),
    ],
)
def test_an_ipv6_customer_counts_as_one(host: str, counted_as: str) -> None:
    assert address_of(request_from(host)) == counted_as
