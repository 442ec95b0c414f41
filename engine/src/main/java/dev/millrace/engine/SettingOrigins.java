package dev.millrace.engine;

import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Which settings of a configuration files have set. Two of them are always equal: configurations are by what they say, not
 * by where it comes from. Immutable.
 */
public final class SettingOrigins {
    /** No file was read. */
    public static final SettingOrigins NONE = new SettingOrigins(Map.of());

    /** The place in a file, and the value that it set, as it is written. */
    private record Origin(String place, String value) {}

    private final Map<String, Origin> origins;

    private SettingOrigins(Map<String, Origin> origins) {
        this.origins = Map.copyOf(origins);
    }

    /** With one more. */
    SettingOrigins with(String key, String place, String value) {
        Map<String, Origin> more = new HashMap<>(origins);
        more.put(key, new Origin(place, value));
        return new SettingOrigins(more);
    }

    Set<String> keys() {
        return origins.keySet();
    }

    /** The place that set a value; null if none did, or the program has changed it since. */
    @Nullable
    String placeOf(String key, String value) {
        Origin origin = origins.get(key);
        return origin != null && origin.value().equals(value) ? origin.place() : null;
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof SettingOrigins;
    }

    @Override
    public int hashCode() {
        return SettingOrigins.class.hashCode();
    }

    @Override
    public String toString() {
        return origins.toString();
    }
}
