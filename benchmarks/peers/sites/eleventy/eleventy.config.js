// Formulas are set and code is highlighted while building; links between articles are addresses.

import { katex } from "@mdit/plugin-katex";
import { dateToRfc3339 } from "@11ty/eleventy-plugin-rss";
import syntaxHighlight from "@11ty/eleventy-plugin-syntaxhighlight";

const DAY = new Intl.DateTimeFormat("en-GB", { dateStyle: "long", timeZone: "UTC" });

export default function (eleventyConfig) {
  eleventyConfig.addPlugin(syntaxHighlight);
  eleventyConfig.amendLibrary("md", (md) => md.use(katex, { output: "htmlAndMathml", throwOnError: true }));
  eleventyConfig.addFilter("rfc3339", dateToRfc3339);
  eleventyConfig.addFilter("day", (date) => DAY.format(date));
  eleventyConfig.addFilter("newest", (articles, count) => articles.slice(-count).reverse());
  eleventyConfig.addPassthroughCopy("content/style.css");
  eleventyConfig.addCollection("articles", (api) => {
    const articles = api.getFilteredByGlob("content/articles/*.md");
    articles.forEach((article, place) => {
      article.data.older = articles[place - 1];
      article.data.newer = articles[place + 1];
    });
    return articles;
  });
  return {
    dir: { input: "content", includes: "../_includes", data: "../_data", output: "_site" },
    // The bodies hold no template syntax, and braces in TeX are no tags.
    markdownTemplateEngine: false,
    htmlTemplateEngine: "njk",
  };
}
