package dev.millrace.state.store;

/**
 * Settings of a {@link MapDbStore}.
 *
 * @param minimumOverlayBytes how many bytes of newer entries are kept on the heap before a new image is built, even if a quarter of the
 *     image is less
 * @param maximumOverlayBytes how many are kept at most, even if a quarter of the image is more
 */
public record MapDbConfig(long minimumOverlayBytes, long maximumOverlayBytes) {
    private static final int OVERLAY_PART_OF_HEAP = 8;

    /** 16 MiB of overlay at least, and an eighth of the heap at most. */
    public static final MapDbConfig DEFAULT = new MapDbConfig(16L << 20);

    public MapDbConfig {
        if (minimumOverlayBytes < 0 || maximumOverlayBytes < minimumOverlayBytes) {
            throw new IllegalArgumentException("overlay must have bounds from 0 on: minimumOverlayBytes="
                    + minimumOverlayBytes + ", maximumOverlayBytes=" + maximumOverlayBytes);
        }
    }

    /** With an eighth of the heap at most, or the minimum if that is more. */
    public MapDbConfig(long minimumOverlayBytes) {
        this(
                minimumOverlayBytes,
                Math.max(minimumOverlayBytes, Runtime.getRuntime().maxMemory() / OVERLAY_PART_OF_HEAP));
    }
}
