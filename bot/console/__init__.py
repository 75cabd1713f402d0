"""The console: a web page as the third chat platform, with one room beside the other, live."""
