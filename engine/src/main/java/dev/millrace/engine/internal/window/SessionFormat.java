package dev.millrace.engine.internal.window;

import com.google.protobuf.CodedInputStream;
import com.google.protobuf.CodedOutputStream;
import dev.millrace.engine.internal.chain.RecordFormat;
import dev.millrace.serde.MalformedRecordException;
import dev.millrace.serde.RecordLayout;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * The open sessions of a key outside of memory.
 *
 * <pre>
 *   message Sessions { repeated Session sessions = 1; }
 *   message Session  { int64 start = 1; int64 end = 2; Value value = 3; }
 * </pre>
 */
final class SessionFormat extends RecordFormat {
    private static final int SESSIONS = 1;
    private static final int START = 1;
    private static final int END = 2;
    private static final int VALUE = 3;

    SessionFormat(int stateId, String stateName, RecordLayout keyLayout, RecordLayout valueLayout) {
        super(stateId, stateName, keyLayout, valueLayout);
    }

    @Override
    public byte[] encodeValue(long address, int lengthBytes) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        CodedOutputStream out = CodedOutputStream.newInstance(bytes);
        try {
            long behind = address + lengthBytes;
            for (long at = address + SessionLayout.HEADER_BYTES; at < behind; at = SessionLayout.behind(at)) {
                out.writeByteArray(SESSIONS, encodeSession(at));
            }
            out.flush();
        } catch (IOException e) {
            throw new UncheckedIOException("sessions could not be encoded: state=" + stateName(), e);
        }
        return bytes.toByteArray();
    }

    private byte[] encodeSession(long session) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        CodedOutputStream out = CodedOutputStream.newInstance(bytes);
        out.writeInt64(START, SessionLayout.start(session));
        out.writeInt64(END, SessionLayout.end(session));
        out.writeByteArray(VALUE, encodeBlob(SessionLayout.value(session)));
        out.flush();
        return bytes.toByteArray();
    }

    @Override
    public byte[] decodeValue(byte[] encoded) {
        try {
            ByteArrayOutputStream sessions = new ByteArrayOutputStream();
            long earliestEnd = Long.MAX_VALUE;
            CodedInputStream in = CodedInputStream.newInstance(encoded);
            for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
                byte[] session = decodeSession(in.readByteArray());
                earliestEnd = Math.min(earliestEnd, ByteBuffer.wrap(session).order(ByteOrder.nativeOrder()).getLong(Long.BYTES));
                sessions.writeBytes(session);
            }
            ByteBuffer value = ByteBuffer.allocate(SessionLayout.HEADER_BYTES + sessions.size())
                    .order(ByteOrder.nativeOrder());
            value.putLong(earliestEnd - 1).put(sessions.toByteArray());
            return value.array();
        } catch (IOException e) {
            throw new MalformedRecordException("sessions could not be decoded: state=" + stateName() + ": " + e.getMessage());
        }
    }

    private byte[] decodeSession(byte[] encoded) throws IOException {
        long start = 0;
        long end = 0;
        byte[] value = new byte[0];
        CodedInputStream in = CodedInputStream.newInstance(encoded);
        for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
            switch (tag >>> 3) {
                case START -> start = in.readInt64();
                case END -> end = in.readInt64();
                case VALUE -> value = decodeBlob(in.readByteArray());
                default -> in.skipField(tag);
            }
        }
        ByteBuffer session =
                ByteBuffer.allocate(SessionLayout.SESSION_HEADER_BYTES + value.length).order(ByteOrder.nativeOrder());
        session.putLong(start).putLong(end).putLong(value.length).put(value);
        return session.array();
    }
}
