package dev.millrace.serde.internal;

import com.google.protobuf.ByteString;
import com.google.protobuf.CodedInputStream;
import com.google.protobuf.WireFormat;
import dev.millrace.serde.FieldKind;
import dev.millrace.serde.LayoutField;
import dev.millrace.serde.MalformedRecordException;
import dev.millrace.serde.RecordLayout;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;

/**
 * Reads Protobuf messages into blobs by walking the layout. The fixed part is filled as fields come; texts, which must lie
 * in the order of the layout, are kept until the end. Used by one thread at a time.
 */
public final class ProtobufDecoder {
    private static final int SECONDS_FIELD = 1;
    private static final int NANOS_FIELD = 2;

    private final RecordLayout layout;
    /** Where the {offset, length} of each text lies in the fixed part, in the order of the variable part. */
    private final int[] textSlots;

    public ProtobufDecoder(RecordLayout layout) {
        this.layout = layout;
        List<Integer> slots = new ArrayList<>();
        collectTextSlots(layout, 0, slots);
        this.textSlots = slots.stream().mapToInt(Integer::intValue).toArray();
    }

    public byte[] decode(byte[] source, int offset, int lengthBytes) {
        Objects.checkFromIndexSize(offset, lengthBytes, source.length);
        ByteBuffer fixed = ByteBuffer.allocate(layout.fixedBytes()).order(ByteOrder.nativeOrder());
        ByteString[] texts = new ByteString[textSlots.length];
        Arrays.fill(texts, ByteString.EMPTY);
        try {
            readMessage(layout, 0, 0, CodedInputStream.newInstance(source, offset, lengthBytes), fixed, texts);
        } catch (IOException e) {
            throw new MalformedRecordException(
                    "malformed message: record=" + layout.type().getTypeName() + ", lengthBytes=" + lengthBytes + ": "
                            + e.getMessage(),
                    e);
        }
        return assemble(fixed, texts);
    }

    private byte[] assemble(ByteBuffer fixed, ByteString[] texts) {
        long blobBytes = layout.fixedBytes();
        for (ByteString text : texts) {
            blobBytes += ((long) text.size() + RecordLayout.ALIGNMENT_BYTES - 1) & -RecordLayout.ALIGNMENT_BYTES;
        }
        if (blobBytes > Integer.MAX_VALUE - RecordLayout.ALIGNMENT_BYTES) {
            throw new MalformedRecordException("malformed message: record="
                    + layout.type().getTypeName() + ": value is too large: blobBytes=" + blobBytes);
        }
        byte[] blob = new byte[(int) blobBytes];
        int at = layout.fixedBytes();
        for (int i = 0; i < texts.length; i++) {
            fixed.putInt(textSlots[i], at);
            fixed.putInt(textSlots[i] + FlatSlots.TEXT_LENGTH_OFFSET, texts[i].size());
            texts[i].copyTo(blob, at);
            at += RecordLayout.align(texts[i].size());
        }
        fixed.get(0, blob, 0, layout.fixedBytes());
        return blob;
    }

    private void readMessage(
            RecordLayout record, int start, int firstText, CodedInputStream in, ByteBuffer fixed, ByteString[] texts)
            throws IOException {
        for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
            int index = WireFormat.getTagFieldNumber(tag) - 1;
            if (index >= record.fields().size()) {
                if (!in.skipField(tag)) {
                    throw new MalformedRecordException("malformed message: record="
                            + record.type().getTypeName() + ": a group ends that did not start");
                }
                continue;
            }
            LayoutField field = record.fields().get(index);
            checkWireType(record, field, WireFormat.getTagWireType(tag));
            int at = start + field.offsetBytes();
            if (field.kind() == FieldKind.RECORD) {
                int limit = in.pushLimit(in.readRawVarint32());
                readMessage(field.nested(), at, firstText + textsBefore(record, index), in, fixed, texts);
                in.checkLastTagWas(0);
                in.popLimit(limit);
            } else if (field.kind() == FieldKind.TEXT) {
                ByteString text = in.readBytes();
                check(text.isValidUtf8(), record, field, "text is not UTF-8: lengthBytes=", text.size());
                texts[firstText + textsBefore(record, index)] = text;
            } else {
                readLeaf(record, field, at, in, fixed);
            }
        }
    }

    private static void readLeaf(RecordLayout record, LayoutField field, int at, CodedInputStream in, ByteBuffer fixed)
            throws IOException {
        switch (field.kind()) {
            case BOOLEAN -> fixed.put(at, (byte) (in.readBool() ? 1 : 0));
            case BYTE -> {
                int value = in.readInt32();
                check(value == (byte) value, record, field, "value does not fit a byte: value=", value);
                fixed.put(at, (byte) value);
            }
            case SHORT -> {
                int value = in.readInt32();
                check(value == (short) value, record, field, "value does not fit a short: value=", value);
                fixed.putShort(at, (short) value);
            }
            case CHAR -> {
                int value = in.readUInt32();
                check(value == (char) value, record, field, "value does not fit a char: value=", value);
                fixed.putChar(at, (char) value);
            }
            case INT -> fixed.putInt(at, in.readInt32());
            case LONG -> fixed.putLong(at, in.readInt64());
            case FLOAT -> fixed.putInt(at, Float.floatToIntBits(in.readFloat()));
            case DOUBLE -> fixed.putLong(at, Double.doubleToLongBits(in.readDouble()));
            case ENUM -> {
                int ordinal = in.readInt32();
                boolean isKnown = ordinal >= 0 && ordinal < field.enumConstantCount();
                check(isKnown, record, field, "unknown enum number: number=", ordinal);
                fixed.putInt(at, ordinal);
            }
            case INSTANT -> {
                int limit = in.pushLimit(in.readRawVarint32());
                readInstant(record, field, at, in, fixed);
                in.checkLastTagWas(0);
                in.popLimit(limit);
            }
            case TEXT,
                    RECORD,
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
                    UNION -> throw new IllegalStateException("no leaf: kind=" + field.kind());
        }
    }

    private static void readInstant(
            RecordLayout record, LayoutField field, int at, CodedInputStream in, ByteBuffer fixed) throws IOException {
        for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
            boolean isVarint = WireFormat.getTagWireType(tag) == WireFormat.WIRETYPE_VARINT;
            switch (WireFormat.getTagFieldNumber(tag)) {
                case SECONDS_FIELD -> {
                    check(isVarint, record, field, "seconds have another wire type: tag=", tag);
                    fixed.putLong(at, in.readInt64());
                }
                case NANOS_FIELD -> {
                    check(isVarint, record, field, "nanos have another wire type: tag=", tag);
                    fixed.putInt(at + FlatSlots.INSTANT_NANOS_OFFSET, in.readInt32());
                }
                default -> check(in.skipField(tag), record, field, "a group ends that did not start: tag=", tag);
            }
        }
        long seconds = fixed.getLong(at);
        int nanos = fixed.getInt(at + FlatSlots.INSTANT_NANOS_OFFSET);
        boolean isInRange = seconds >= Instant.MIN.getEpochSecond() && seconds <= Instant.MAX.getEpochSecond();
        check(isInRange, record, field, "instant out of range: epochSeconds=", seconds);
        check(nanos >= 0 && nanos < 1_000_000_000, record, field, "instant out of range: nanos=", nanos);
    }

    private static void checkWireType(RecordLayout record, LayoutField field, int found) {
        int expected =
                switch (field.kind()) {
                    case BOOLEAN, BYTE, SHORT, CHAR, INT, LONG, ENUM -> WireFormat.WIRETYPE_VARINT;
                    case FLOAT -> WireFormat.WIRETYPE_FIXED32;
                    case DOUBLE -> WireFormat.WIRETYPE_FIXED64;
                    case TEXT, INSTANT, RECORD -> WireFormat.WIRETYPE_LENGTH_DELIMITED;
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
        check(found == expected, record, field, "the field has another type: wireType=", found);
    }

    private static void collectTextSlots(RecordLayout record, int start, List<Integer> slots) {
        for (LayoutField field : record.fields()) {
            if (field.kind() == FieldKind.TEXT) {
                slots.add(start + field.offsetBytes());
            } else if (field.kind() == FieldKind.RECORD) {
                collectTextSlots(field.nested(), start + field.offsetBytes(), slots);
            }
        }
    }

    /** How many texts the fields before this one hold. */
    private static int textsBefore(RecordLayout record, int index) {
        int count = 0;
        for (LayoutField field : record.fields().subList(0, index)) {
            if (field.kind() == FieldKind.TEXT) {
                count++;
            } else if (field.kind() == FieldKind.RECORD) {
                count += textsBefore(field.nested(), field.nested().fields().size());
            }
        }
        return count;
    }

    private static void check(boolean isFine, RecordLayout record, LayoutField field, String fault, long value) {
        if (!isFine) {
            throw new MalformedRecordException("malformed message: record="
                    + record.type().getTypeName() + ", component=" + field.name() + ": " + fault + value);
        }
    }
}
