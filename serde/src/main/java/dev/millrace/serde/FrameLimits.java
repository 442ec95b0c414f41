package dev.millrace.serde;

/**
 * What a frame may hold. A longer one is refused before anything is made of it.
 *
 * @param maxFrameBytes header included; at least {@link FrameCodec#HEADER_BYTES}
 * @param maxRows 1 or more
 */
public record FrameLimits(int maxFrameBytes, int maxRows) {
    /** 1 MiB, 65,536 rows. */
    public static final FrameLimits DEFAULT = new FrameLimits(1 << 20, 1 << 16);

    public FrameLimits {
        if (maxFrameBytes < FrameCodec.HEADER_BYTES || maxRows < 1) {
            throw new IllegalArgumentException("frame limits out of range: maxFrameBytes=" + maxFrameBytes
                    + ", minFrameBytes=" + FrameCodec.HEADER_BYTES + ", maxRows=" + maxRows + ", minRows=1");
        }
    }
}
