package dev.millrace.state.file;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/** A file: the bytes that processes see, those that are on the device, and the changes between the two. */
final class SimulatedFile {
    private static final int SECTOR_BYTES = 512;

    /**
     * Bytes that were written, or, without any, a new size.
     *
     * @param position where the bytes go, or the size
     */
    @SuppressWarnings("ArrayRecordComponent") // Never compared.
    private record Change(long position, byte @Nullable [] bytes) {
        byte[] applyTo(byte[] contents) {
            if (bytes == null) {
                return Arrays.copyOf(contents, (int) Math.min(contents.length, position));
            }
            byte[] target = contents.length < position + bytes.length
                    ? Arrays.copyOf(contents, (int) position + bytes.length)
                    : contents;
            System.arraycopy(bytes, 0, target, (int) position, bytes.length);
            return target;
        }

        /** What is left of a write in the middle of which power went: its beginning, or some sectors; zeros or old bytes elsewhere. */
        byte[] applyTornTo(byte[] contents, Random random) {
            if (bytes == null || bytes.length == 0 || random.nextInt(4) > 0) {
                return applyTo(contents);
            }
            if (random.nextBoolean()) {
                return new Change(position, Arrays.copyOf(bytes, random.nextInt(bytes.length))).applyTo(contents);
            }
            byte[] target = Arrays.copyOf(contents, (int) Math.max(contents.length, position + bytes.length));
            int lucky = 1 + random.nextInt(4);
            for (int at = 0; at < bytes.length; at += SECTOR_BYTES) {
                if (random.nextInt(lucky + 1) > 0) {
                    System.arraycopy(bytes, at, target, (int) position + at, Math.min(SECTOR_BYTES, bytes.length - at));
                }
            }
            return target;
        }
    }

    private byte[] contents = {};
    private int size;

    /** Never changed in place: images share it. */
    private byte[] durable = {};

    private final List<Change> pending = new ArrayList<>();

    long size() {
        return size;
    }

    byte[] contents() {
        return Arrays.copyOf(contents, size);
    }

    int read(long position, ByteBuffer into) {
        int count = (int) Math.max(0, Math.min(into.remaining(), size - position));
        if (count > 0) {
            into.put(contents, (int) position, count);
        }
        return count;
    }

    void write(long position, byte[] bytes) {
        int end = (int) position + bytes.length;
        // An image begins with the bytes of the device, which are shared.
        if (end > contents.length || contents == durable) {
            contents = Arrays.copyOf(contents, Math.max(end, size + size / 2));
        }
        System.arraycopy(bytes, 0, contents, (int) position, bytes.length);
        size = Math.max(size, end);
        pending.add(new Change(position, bytes));
    }

    void truncate(long newSize) {
        contents = Arrays.copyOf(contents, (int) newSize);
        size = (int) newSize;
        pending.add(new Change(newSize, null));
    }

    void force() {
        if (!pending.isEmpty()) {
            durable = applied(durable, pending);
            pending.clear();
        }
    }

    private static byte[] applied(byte[] to, List<Change> changes) {
        byte[] bytes = to.clone();
        for (Change change : changes) {
            bytes = change.applyTo(bytes);
        }
        return bytes;
    }

    void failForce(Random luck) {
        durable = applied(durable, Luck.some(luck, pending));
        pending.clear();
    }

    SimulatedFile afterPowerLoss(Random random) {
        byte[] bytes = durable;
        List<Change> some = Luck.some(random, pending);
        if (!some.isEmpty()) {
            bytes = durable.clone();
            for (Change change : some) {
                bytes = change.applyTornTo(bytes, random);
            }
        }
        SimulatedFile image = new SimulatedFile();
        image.contents = bytes;
        image.durable = bytes;
        image.size = bytes.length;
        return image;
    }

    SimulatedFile copy() {
        SimulatedFile copy = new SimulatedFile();
        copy.contents = contents();
        copy.size = size;
        copy.durable = durable;
        copy.pending.addAll(pending);
        return copy;
    }
}
