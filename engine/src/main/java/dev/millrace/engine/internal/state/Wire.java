package dev.millrace.engine.internal.state;

import com.google.protobuf.CodedInputStream;
import com.google.protobuf.CodedOutputStream;
import dev.millrace.serde.MalformedRecordException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;

/** Protobuf messages as arrays. Any thread. */
final class Wire {
    /** Most messages are a key or a number: Protobuf's own default, 4 KiB for each, would be most of an epoch's time. */
    private static final int BUFFER_BYTES = 128;

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

    static byte[] write(Writer writer) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(BUFFER_BYTES);
        CodedOutputStream out = CodedOutputStream.newInstance(bytes, BUFFER_BYTES);
        try {
            writer.write(out);
            out.flush();
        } catch (IOException e) {
            throw new UncheckedIOException(e); // Not with a byte array behind it.
        }
        return bytes.toByteArray();
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
