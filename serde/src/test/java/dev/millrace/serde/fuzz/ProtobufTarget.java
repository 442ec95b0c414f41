package dev.millrace.serde.fuzz;

import dev.millrace.serde.FlatCodec;
import dev.millrace.serde.MalformedRecordException;
import dev.millrace.serde.ProtobufTranscoder;
import java.util.Arrays;

/**
 * Decodes Protobuf frames. What passes is a blob that its codec passes too, and is the same after one more way through
 * Protobuf. Anything but the typed error fails. Used by one thread.
 */
final class ProtobufTarget implements AutoCloseable {
    private static final long SEED = 12L;
    private static final int VALID_PER_SHAPE = 32;

    private final Class<?>[] shapes = FuzzShapes.all();
    private final Frames frames = new Frames();
    private final Program program = new Program();
    private final FlatCodec<?>[] codecs = new FlatCodec<?>[shapes.length];
    private final ProtobufTranscoder[] transcoders = new ProtobufTranscoder[shapes.length];
    private final byte[][][] valid = new byte[shapes.length][VALID_PER_SHAPE][];
    private byte[] message = new byte[8 * Program.MAX_FRAME_BYTES];
    private long accepted;

    ProtobufTarget() {
        FuzzValues values = new FuzzValues(SEED);
        for (int i = 0; i < shapes.length; i++) {
            codecs[i] = FlatCodec.of(shapes[i]);
            transcoders[i] = ProtobufTranscoder.of(codecs[i].layout());
            for (int j = 0; j < VALID_PER_SHAPE; j++) {
                write(codecs[i], values.next(shapes[i]));
                valid[i][j] = Arrays.copyOf(message, transcoders[i].encode(frames.room(), message, 0));
            }
        }
    }

    /** Runs one input. */
    void run(byte[] input) {
        int shape = Program.shape(input, shapes.length);
        program.run(input, valid[shape]);
        AllocationLimit.check(
                program.lengthBytes() + codecs[shape].fixedBytes(),
                AllocationLimit.PER_MESSAGE_BYTE,
                () -> decode(codecs[shape], transcoders[shape]));
    }

    /** How many frames were taken for values. */
    long accepted() {
        return accepted;
    }

    int shapeCount() {
        return shapes.length;
    }

    @Override
    public void close() {
        frames.close();
    }

    private void decode(FlatCodec<?> codec, ProtobufTranscoder transcoder) {
        byte[] blob;
        try {
            blob = transcoder.decode(program.frame(), 0, program.lengthBytes());
        } catch (MalformedRecordException e) {
            return;
        }
        accepted++;
        long address = frames.put(blob, blob.length, 0xFF);
        codec.validate(address, blob.length);
        int size = transcoder.encodedBytes(address);
        if (size > message.length) {
            message = new byte[size];
        }
        transcoder.encode(address, message, 0);
        byte[] again = transcoder.decode(message, 0, size);
        if (!Arrays.equals(blob, again)) {
            throw new AssertionError("another value after one more way through Protobuf: blobBytes=" + blob.length
                    + ", messageBytes=" + size);
        }
    }

    @SuppressWarnings("unchecked") // The value is of the codec's type.
    private <T> void write(FlatCodec<T> codec, Object value) {
        codec.writeBlob((T) value, frames.room());
    }
}
