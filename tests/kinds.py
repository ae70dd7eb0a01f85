"""A page of each kind, of the blog and of the benchmarks' corpus, by its address."""

from __future__ import annotations

MATH = "/articles/big-llms-are-memory-bound/"
CODE = "/articles/electron-first-impressions/"
COMPUTES = "/estimator/"
SEARCHES = "/search/"

BLOG = {
    "front page": "/",
    "article with math": MATH,
    "article with code": CODE,
    "article with a download": "/articles/riding-crop/",
    "article with a picture": "/articles/hewwo-wowld/",
    "page": "/about/",
    "page that computes": COMPUTES,
    "archive": "/articles/",
    "tags": "/tags/",
    "tag": "/tags/llm/",
    "search page": SEARCHES,
    "not found": "/404.html",
}

CORPUS = {
    "front page": "/",
    "second front page": "/page/2/",
    "article": "/articles/the-curious-counter-and-the-shell-0/",
    "archive": "/articles/",
    "tags": "/tags/",
    "tag": "/tags/latency/",
    "not found": "/404.html",
}
