package dev.millrace.serde.internal;

import dev.millrace.serde.FieldKind;
import dev.millrace.serde.SchemaField;
import dev.millrace.serde.SchemaType;
import java.io.ByteArrayOutputStream;
import org.jspecify.annotations.Nullable;

/**
 * What slots hold before a message fills them: zeros, the defaults of components that messages of the stored type do not have,
 * and in unions a place that no alternative has. Used by one thread, while a decoder is made.
 */
final class SlotTemplates {
    private static final int NO_ALTERNATIVE = -1;

    private final ByteArrayOutputStream constants = new ByteArrayOutputStream();

    /** The bytes of all texts and decimals that are defaults. */
    byte[] constants() {
        return constants.toByteArray();
    }

    /** What a slot of the wanted type starts with; null for zeros. */
    byte @Nullable [] of(SchemaType source, SchemaType wanted) {
        byte[] template = new byte[wanted.sizeBytes()];
        fill(source, wanted, template, 0);
        for (byte unit : template) {
            if (unit != 0) {
                return template;
            }
        }
        return null;
    }

    private void fill(SchemaType source, SchemaType wanted, byte[] template, int at) {
        switch (wanted.kind()) {
            case RECORD -> {
                for (SchemaField field : wanted.fields()) {
                    SchemaField stored = Matching.storedOf(field, source);
                    if (stored == null) {
                        fillNew(field, template, at + field.offsetBytes());
                    } else {
                        fill(stored.type(), field.type(), template, at + field.offsetBytes());
                    }
                }
            }
            case UNION -> BlobDraft.INTS.set(template, at + wanted.innerOffsetBytes(), NO_ALTERNATIVE);
            case ENUM -> {
                // The first constant of the stored enum is not written.
                int[] ordinals = Matching.ordinals(source, wanted);
                BlobDraft.INTS.set(template, at, ordinals == null ? 0 : ordinals[0]);
            }
            default -> {}
        }
    }

    private void fillNew(SchemaField field, byte[] template, int at) {
        String text = field.defaultText();
        if (text != null) {
            new DefaultValue(constants).put(field, field.type(), text, template, at);
        } else if (field.type().kind() == FieldKind.RECORD) {
            for (SchemaField inner : field.type().fields()) {
                fillNew(inner, template, at + inner.offsetBytes());
            }
        } else {
            fill(field.type(), field.type(), template, at);
        }
    }
}
