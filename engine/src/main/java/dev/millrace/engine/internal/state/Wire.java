package dev.millrace.engine.internal.state;

import com.google.protobuf.CodedInputStream;
import com.google.protobuf.CodedOutputStream;
import dev.millrace.serde.MalformedRecordException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Arrays;

/** Protobuf messages as arrays. Any thread. */
final class Wire {
    /** What a field takes at most beyond the bytes in it: its tag, and their length or a number. */
    static final int MOST_FIELD_BYTES = 15;

    private Wire() {}

    /** Writes the fields of a message. */
    @FunctionalInterface
    interface Writer {
        void write(CodedOutputStream out) throws IOException;
    }

    /** Reads one field of a message. */
    @FunctionalInterface
    interface Field {
        /** Reads the field of this number, or returns false to have it skipped. */
        boolean read(int number, CodedInputStream in) throws IOException;
    }

    /**
     * A message of a known size at most. Every key that changed is written once an epoch, so no stream stands behind it: its
     * buffers would be most of an epoch's garbage.
     */
    static byte[] write(int mostBytes, Writer writer) {
        byte[] bytes = new byte[mostBytes];
        CodedOutputStream out = CodedOutputStream.newInstance(bytes);
        try {
            writer.write(out);
            out.flush();
        } catch (IOException e) {
            throw new UncheckedIOException(e); // The bound is wrong: nothing else can fail with an array behind it.
        }
        int unused = out.spaceLeft();
        return unused == 0 ? bytes : Arrays.copyOf(bytes, mostBytes - unused);
    }

    static void read(String what, byte[] message, Field field) {
        try {
            CodedInputStream in = CodedInputStream.newInstance(message);
            for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
                if (!field.read(tag >>> 3, in)) {
                    in.skipField(tag);
                }
            }
        } catch (IOException e) {
            throw new MalformedRecordException(what + " could not be decoded: " + e.getMessage());
        }
    }
}
