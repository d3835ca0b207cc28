"""The page: a chronology to be opened in a browser, as one file that needs no network.

What it shows are rows of the views, each with the days of the public record from and until which it was so (`days.py`);
`page.html`, `page.css` and `page.js` make a page of them, `words/` holds its words, a file for each language.
"""
