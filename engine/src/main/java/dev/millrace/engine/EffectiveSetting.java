package dev.millrace.engine;

/**
 * A setting as it is in force.
 *
 * @param key its name in a file of settings
 * @param value as it would be written there
 * @param origin where it comes from: {@code default}; {@code derived} from other settings; {@code program}; or the file and the
 *     line that set it last, such as {@code millrace.conf:3}
 */
public record EffectiveSetting(String key, String value, String origin) {}
