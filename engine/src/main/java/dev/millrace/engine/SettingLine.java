package dev.millrace.engine;

/**
 * One setting of a file, and where it stands.
 *
 * @param number the line on which it begins, from 1
 * @param key the key that {@link EngineSettings} know
 * @param written the key as it is written
 * @param value the value, not yet looked at
 */
record SettingLine(int number, String key, String written, String value) {}
