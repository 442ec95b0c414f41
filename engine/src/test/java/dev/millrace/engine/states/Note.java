package dev.millrace.engine.states;

/** A value of any size. */
record Note(String text, long number) {}
