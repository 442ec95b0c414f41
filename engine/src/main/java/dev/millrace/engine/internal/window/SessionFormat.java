package dev.millrace.engine.internal.window;

import com.google.protobuf.CodedInputStream;
import com.google.protobuf.CodedOutputStream;
import dev.millrace.engine.internal.chain.RecordFormat;
import dev.millrace.serde.MalformedRecordException;
import dev.millrace.serde.RecordLayout;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;

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
        List<byte[]> sessions = new ArrayList<>();
        int sizeBytes = 0;
        long behind = address + lengthBytes;
        for (long at = address + SessionLayout.HEADER_BYTES; at < behind; at = SessionLayout.behind(at)) {
            byte[] session = encodeSession(at);
            sessions.add(session);
            sizeBytes += CodedOutputStream.computeByteArraySize(SESSIONS, session);
        }
        byte[] encoded = new byte[sizeBytes];
        CodedOutputStream out = CodedOutputStream.newInstance(encoded);
        try {
            for (byte[] session : sessions) {
                out.writeByteArray(SESSIONS, session);
            }
        } catch (IOException e) {
            throw impossible(e);
        }
        return encoded;
    }

    private byte[] encodeSession(long session) {
        byte[] value = encodeBlob(SessionLayout.value(session));
        byte[] encoded = new byte
                [CodedOutputStream.computeInt64Size(START, SessionLayout.start(session))
                        + CodedOutputStream.computeInt64Size(END, SessionLayout.end(session))
                        + CodedOutputStream.computeByteArraySize(VALUE, value)];
        CodedOutputStream out = CodedOutputStream.newInstance(encoded);
        try {
            out.writeInt64(START, SessionLayout.start(session));
            out.writeInt64(END, SessionLayout.end(session));
            out.writeByteArray(VALUE, value);
        } catch (IOException e) {
            throw impossible(e);
        }
        return encoded;
    }

    private IllegalStateException impossible(IOException e) {
        return new IllegalStateException(
                "sessions do not have the size they were counted to have: state=" + stateName(), e);
    }

    @Override
    public byte[] decodeValue(byte[] encoded) {
        try {
            ByteArrayOutputStream sessions = new ByteArrayOutputStream();
            long earliestEnd = Long.MAX_VALUE;
            long lastEnd = Long.MIN_VALUE;
            CodedInputStream in = CodedInputStream.newInstance(encoded);
            for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
                if (tag >>> 3 != SESSIONS) {
                    in.skipField(tag);
                    continue;
                }
                byte[] session = decodeSession(in.readByteArray());
                ByteBuffer bounds = ByteBuffer.wrap(session).order(ByteOrder.nativeOrder());
                if (sessions.size() > 0 && bounds.getLong(0) < lastEnd) {
                    throw new MalformedRecordException("sessions are out of order: state=" + stateName() + ", start="
                            + bounds.getLong(0) + ", endBefore=" + lastEnd);
                }
                lastEnd = bounds.getLong(Long.BYTES);
                earliestEnd = Math.min(earliestEnd, lastEnd);
                sessions.writeBytes(session);
            }
            if (sessions.size() == 0) {
                throw new MalformedRecordException("sessions are none: state=" + stateName());
            }
            ByteBuffer value = ByteBuffer.allocate(SessionLayout.HEADER_BYTES + sessions.size())
                    .order(ByteOrder.nativeOrder());
            value.putLong(earliestEnd - 1).put(sessions.toByteArray());
            return value.array();
        } catch (IOException e) {
            throw new MalformedRecordException(
                    "sessions could not be decoded: state=" + stateName() + ": " + e.getMessage());
        }
    }

    private byte[] decodeSession(byte[] encoded) throws IOException {
        long start = 0;
        long end = 0;
        byte[] value = null;
        CodedInputStream in = CodedInputStream.newInstance(encoded);
        for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
            switch (tag >>> 3) {
                case START -> start = in.readInt64();
                case END -> end = in.readInt64();
                case VALUE -> value = decodeBlob(in.readByteArray());
                default -> in.skipField(tag);
            }
        }
        if (value == null || start >= end) {
            throw new MalformedRecordException("session is none: state=" + stateName() + ", start=" + start + ", end="
                    + end + ", hasValue=" + (value != null));
        }
        ByteBuffer session = ByteBuffer.allocate(SessionLayout.SESSION_HEADER_BYTES + value.length)
                .order(ByteOrder.nativeOrder());
        session.putLong(start).putLong(end).putInt(value.length).putInt(0).put(value);
        return session.array();
    }
}
