package dev.millrace.state.store;

/**
 * Settings of a {@link MapDbStore}.
 *
 * @param minimumOverlayBytes how many bytes of newer entries are kept on the heap before a new image is built, even if a quarter of the
 *     image is less
 */
public record MapDbConfig(long minimumOverlayBytes) {
    /** 16 MiB of overlay. */
    public static final MapDbConfig DEFAULT = new MapDbConfig(16L << 20);

    public MapDbConfig {
        if (minimumOverlayBytes < 0) {
            throw new IllegalArgumentException(
                    "overlay cannot be negative: minimumOverlayBytes=" + minimumOverlayBytes);
        }
    }
}
