"""Pelican's settings: the pages that the others make too, and its cache of what was read."""

SITENAME = "a blog of many articles"
SITEURL = "https://example.org"
FEED_DOMAIN = SITEURL
PATH = "content"
OUTPUT_PATH = "output"
THEME = "theme"
TIMEZONE = "UTC"
DEFAULT_LANG = "en"

ARTICLE_PATHS = ["articles"]
ARTICLE_URL = "articles/{slug}/"
ARTICLE_SAVE_AS = "articles/{slug}/index.html"
TAG_URL = "tags/{slug}/"
TAG_SAVE_AS = "tags/{slug}/index.html"
TAGS_SAVE_AS = "tags/index.html"
ARCHIVES_SAVE_AS = "articles/index.html"
SITEMAP_SAVE_AS = "sitemap.xml"
DIRECT_TEMPLATES = ["index", "archives", "tags", "sitemap"]
CATEGORY_SAVE_AS = ""
AUTHOR_SAVE_AS = ""
THEME_STATIC_DIR = "."
THEME_STATIC_PATHS = ["static"]

DEFAULT_PAGINATION = 10
PAGINATED_TEMPLATES = {"index": 10}
PAGINATION_PATTERNS = [(1, "/", "index.html"), (2, "/page/{number}/", "page/{number}/index.html")]

FEED_ALL_ATOM = "feed.xml"
FEED_MAX_ITEMS = 20
CATEGORY_FEED_ATOM = None
AUTHOR_FEED_ATOM = None
AUTHOR_FEED_RSS = None
TRANSLATION_FEED_ATOM = None

MARKDOWN = {
    "extension_configs": {
        "markdown.extensions.extra": {},
        "markdown.extensions.meta": {},
        "markdown.extensions.codehilite": {"css_class": "highlight", "guess_lang": False},
        "pymdownx.tilde": {"subscript": False},
        "pymdownx.arithmatex": {"generic": True},
    },
    "output_format": "html5",
}

CACHE_CONTENT = True
LOAD_CONTENT_CACHE = True
CONTENT_CACHING_LAYER = "reader"
GZIP_CACHE = False
