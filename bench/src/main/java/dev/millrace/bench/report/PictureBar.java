package dev.millrace.bench.report;

/** A bar, the range around it, and what is written behind it. */
record PictureBar(String label, double value, double min, double max, String text, boolean isOurs) {}
