package dev.millrace.serde.internal;

import dev.millrace.serde.MalformedRecordException;
import dev.millrace.serde.SchemaType;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Reads Protobuf messages into blobs: of the type that they were written with, into the type that is wanted. Slots are filled
 * as fields come, then {@link BlobAssembly} brings what lies outside of slots into its order. Used by one thread at a time.
 */
public final class ProtobufDecoder {
    private final String name;
    private final int fixedBytes;
    private final ReadStep root;
    /** The short way for records of numbers; null for others. */
    private final @Nullable DirectReader direct;

    private final WireInput in = new WireInput();
    private final BlobDraft draft;
    private final ReadValues values;
    private final BlobAssembly assembly;

    /**
     * @param stored what messages are written with
     * @param wanted what blobs are to be; the stored type, or one that {@code SchemaEvolution} has found to fit
     * @param limitBytes the largest blob, beyond its fixed part
     */
    public ProtobufDecoder(SchemaType stored, SchemaType wanted, int limitBytes) {
        this.name = wanted.name();
        this.fixedBytes = wanted.sizeBytes();
        SlotTemplates templates = new SlotTemplates();
        this.root = ReadStep.root(stored, wanted, templates);
        this.direct = DirectDecoder.newReader(root);
        this.draft = new BlobDraft(fixedBytes, limitBytes);
        this.values = new ReadValues(in, draft);
        this.assembly = new BlobAssembly(wanted, templates.constants(), limitBytes, in, draft);
    }

    /** Reads a message from an array to a blob in an array of its own. */
    public byte[] decodeToArray(byte[] source, int offset, int lengthBytes) {
        Objects.checkFromIndexSize(offset, lengthBytes, source.length);
        if (direct != null) {
            byte[] blob = root.template == null ? new byte[fixedBytes] : root.template.clone();
            int limit = offset + lengthBytes;
            if (direct.read(source, offset, limit, blob) == limit) {
                return blob;
            }
        }
        in.open(source, offset, lengthBytes);
        decode(lengthBytes);
        return assembly.toBytes();
    }

    /** Reads a message from memory. Returns the size of the blob. */
    public int decode(long address, int lengthBytes) {
        if (lengthBytes < 0) {
            throw new IllegalArgumentException("length is below zero: lengthBytes=" + lengthBytes);
        }
        in.open(address, lengthBytes);
        if (direct != null) {
            draft.begin(fixedBytes, root.template);
            if (direct.read(in.bytes(), 0, lengthBytes, draft.bytes()) == lengthBytes) {
                return assembly.assemble();
            }
        }
        return decode(lengthBytes);
    }

    private int decode(int lengthBytes) {
        draft.begin(fixedBytes, root.template);
        try {
            values.record(root, 0);
            return assembly.assemble();
        } catch (MalformedRecordException e) {
            throw new MalformedRecordException(
                    "malformed message: record=" + name + ", messageBytes=" + lengthBytes + ": " + e.getMessage(), e);
        } finally {
            in.close();
        }
    }

    /** Copies the blob that was read last. */
    public void copyTo(long address) {
        assembly.copyTo(address);
    }
}
