package dev.millrace.serde.internal;

import com.google.protobuf.CodedOutputStream;
import com.google.protobuf.WireFormat;
import dev.millrace.allocator.Memory;
import dev.millrace.serde.FieldKind;
import dev.millrace.serde.LayoutField;
import dev.millrace.serde.RecordLayout;
import java.io.IOException;
import java.io.UncheckedIOException;

/** Writes blobs as Protobuf messages by walking the layout. Used by one thread at a time. */
public final class ProtobufEncoder {
    private static final int SECONDS_FIELD = 1;
    private static final int NANOS_FIELD = 2;

    private final RecordLayout layout;
    /** Carries texts from memory to the stream; as large as the longest text was. */
    private byte[] buffer = new byte[256];

    public ProtobufEncoder(RecordLayout layout) {
        this.layout = layout;
    }

    public int sizeBytes(long blob) {
        return size(layout, blob);
    }

    public int encode(long blob, byte[] target, int offset) {
        int sizeBytes = sizeBytes(blob);
        if (offset < 0 || offset > target.length || target.length - offset < sizeBytes) {
            throw new IllegalArgumentException("target is too small: neededBytes=" + sizeBytes + ", offset=" + offset
                    + ", targetBytes=" + target.length + "; ask encodedBytes first");
        }
        try {
            CodedOutputStream out = CodedOutputStream.newInstance(target, offset, sizeBytes);
            write(layout, blob, blob, out);
            out.flush();
            out.checkNoSpaceLeft();
        } catch (IOException e) {
            throw new UncheckedIOException("an array refused bytes that were counted", e);
        }
        return sizeBytes;
    }

    private static int size(RecordLayout layout, long fixed) {
        int size = 0;
        for (LayoutField field : layout.fields()) {
            size = FlatSlots.addBytes(size, fieldSize(field, fixed + field.offsetBytes()));
        }
        return size;
    }

    private static int fieldSize(LayoutField field, long at) {
        int number = field.position() + 1;
        if (field.kind() != FieldKind.RECORD && isDefault(field.kind(), at)) {
            return 0;
        }
        return switch (field.kind()) {
            case BOOLEAN -> CodedOutputStream.computeBoolSize(number, true);
            case BYTE -> CodedOutputStream.computeInt32Size(number, Memory.getByte(at));
            case SHORT -> CodedOutputStream.computeInt32Size(number, Memory.getShort(at));
            case CHAR -> CodedOutputStream.computeUInt32Size(number, Memory.getChar(at));
            case INT, ENUM -> CodedOutputStream.computeInt32Size(number, Memory.getInt(at));
            case LONG -> CodedOutputStream.computeInt64Size(number, Memory.getLong(at));
            case FLOAT -> CodedOutputStream.computeFloatSize(number, 0f);
            case DOUBLE -> CodedOutputStream.computeDoubleSize(number, 0.0);
            case TEXT -> delimitedSize(number, Memory.getInt(at + FlatSlots.TEXT_LENGTH_OFFSET));
            case INSTANT -> delimitedSize(number, instantSize(at));
            case RECORD -> {
                int size = size(field.nested(), at);
                yield size == 0 ? 0 : delimitedSize(number, size);
            }
            case DURATION,
                    LOCAL_DATE,
                    LOCAL_DATE_TIME,
                    UUID,
                    DECIMAL,
                    BYTES,
                    FIXED_TEXT,
                    ARRAY,
                    LIST,
                    MAP,
                    OPTIONAL,
                    UNION -> throw new IllegalStateException("no message field: kind=" + field.kind());
        };
    }

    private static int delimitedSize(int number, int lengthBytes) {
        return FlatSlots.addBytes(
                CodedOutputStream.computeTagSize(number) + CodedOutputStream.computeUInt32SizeNoTag(lengthBytes),
                lengthBytes);
    }

    private static int instantSize(long at) {
        long seconds = Memory.getLong(at);
        int nanos = Memory.getInt(at + FlatSlots.INSTANT_NANOS_OFFSET);
        return (seconds == 0 ? 0 : CodedOutputStream.computeInt64Size(SECONDS_FIELD, seconds))
                + (nanos == 0 ? 0 : CodedOutputStream.computeInt32Size(NANOS_FIELD, nanos));
    }

    private void write(RecordLayout layout, long fixed, long base, CodedOutputStream out) throws IOException {
        for (LayoutField field : layout.fields()) {
            long at = fixed + field.offsetBytes();
            if (field.kind() == FieldKind.RECORD || !isDefault(field.kind(), at)) {
                writeField(field, at, base, out);
            }
        }
    }

    private void writeField(LayoutField field, long at, long base, CodedOutputStream out) throws IOException {
        int number = field.position() + 1;
        switch (field.kind()) {
            case BOOLEAN -> out.writeBool(number, true);
            case BYTE -> out.writeInt32(number, Memory.getByte(at));
            case SHORT -> out.writeInt32(number, Memory.getShort(at));
            case CHAR -> out.writeUInt32(number, Memory.getChar(at));
            case INT, ENUM -> out.writeInt32(number, Memory.getInt(at));
            case LONG -> out.writeInt64(number, Memory.getLong(at));
            case FLOAT -> out.writeFixed32(number, Memory.getInt(at));
            case DOUBLE -> out.writeFixed64(number, Memory.getLong(at));
            case TEXT -> writeText(number, at, base, out);
            case INSTANT -> writeInstant(number, at, out);
            case RECORD -> {
                int size = size(field.nested(), at);
                if (size > 0) {
                    out.writeTag(number, WireFormat.WIRETYPE_LENGTH_DELIMITED);
                    out.writeUInt32NoTag(size);
                    write(field.nested(), at, base, out);
                }
            }
            case DURATION,
                    LOCAL_DATE,
                    LOCAL_DATE_TIME,
                    UUID,
                    DECIMAL,
                    BYTES,
                    FIXED_TEXT,
                    ARRAY,
                    LIST,
                    MAP,
                    OPTIONAL,
                    UNION -> throw new IllegalStateException("no message field: kind=" + field.kind());
        }
    }

    private void writeText(int number, long at, long base, CodedOutputStream out) throws IOException {
        int length = Memory.getInt(at + FlatSlots.TEXT_LENGTH_OFFSET);
        if (buffer.length < length) {
            buffer = new byte[length];
        }
        Memory.copyTo(base + Memory.getInt(at), buffer, 0, length);
        out.writeTag(number, WireFormat.WIRETYPE_LENGTH_DELIMITED);
        out.writeUInt32NoTag(length);
        out.write(buffer, 0, length);
    }

    private static void writeInstant(int number, long at, CodedOutputStream out) throws IOException {
        long seconds = Memory.getLong(at);
        int nanos = Memory.getInt(at + FlatSlots.INSTANT_NANOS_OFFSET);
        out.writeTag(number, WireFormat.WIRETYPE_LENGTH_DELIMITED);
        out.writeUInt32NoTag(instantSize(at));
        if (seconds != 0) {
            out.writeInt64(SECONDS_FIELD, seconds);
        }
        if (nanos != 0) {
            out.writeInt32(NANOS_FIELD, nanos);
        }
    }

    /** Whether a field is all zeros, which is not written. Minus zero is not the default. */
    private static boolean isDefault(FieldKind kind, long at) {
        return switch (kind) {
            case BOOLEAN, BYTE -> Memory.getByte(at) == 0;
            case SHORT, CHAR -> Memory.getShort(at) == 0;
            case INT, FLOAT, ENUM -> Memory.getInt(at) == 0;
            case LONG, DOUBLE -> Memory.getLong(at) == 0;
            case TEXT -> Memory.getInt(at + FlatSlots.TEXT_LENGTH_OFFSET) == 0;
            case INSTANT -> Memory.getLong(at) == 0 && Memory.getInt(at + FlatSlots.INSTANT_NANOS_OFFSET) == 0;
            case RECORD,
                    DURATION,
                    LOCAL_DATE,
                    LOCAL_DATE_TIME,
                    UUID,
                    DECIMAL,
                    BYTES,
                    FIXED_TEXT,
                    ARRAY,
                    LIST,
                    MAP,
                    OPTIONAL,
                    UNION -> throw new IllegalStateException("no leaf: kind=" + kind);
        };
    }
}
