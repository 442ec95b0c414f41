package dev.millrace.serde.internal;

import dev.millrace.serde.Default;
import dev.millrace.serde.FieldKind;
import dev.millrace.serde.FieldType;
import dev.millrace.serde.LayoutField;
import dev.millrace.serde.RecordLayout;
import dev.millrace.serde.SchemaDescriptor;
import dev.millrace.serde.SchemaField;
import dev.millrace.serde.SchemaType;
import dev.millrace.serde.Tag;
import java.lang.reflect.RecordComponent;
import java.util.ArrayList;
import java.util.List;

/** Makes the descriptor of a layout. Any thread may call. */
public final class DescriptorBuilder {
    private DescriptorBuilder() {}

    public static SchemaDescriptor build(RecordLayout layout) {
        SchemaType root = record(layout, layout.isRecord() ? layout.type().getSimpleName() : "Value");
        return new SchemaDescriptor(root, layout.layoutHash());
    }

    private static SchemaType record(RecordLayout layout, String name) {
        RecordComponent[] components = layout.type().getRecordComponents();
        List<SchemaField> fields = new ArrayList<>();
        for (LayoutField field : layout.fields()) {
            RecordComponent component = components == null ? null : components[field.position()];
            Default given = component == null ? null : component.getAnnotation(Default.class);
            SchemaField described = new SchemaField(
                    field.name(),
                    field.tag(),
                    component != null && component.isAnnotationPresent(Tag.class),
                    field.since(),
                    field.offsetBytes(),
                    type(field.fieldType()),
                    given == null ? null : given.value());
            if (given != null) {
                DefaultValue.check(described, given.value());
            }
            fields.add(described);
        }
        return new SchemaType(
                FieldKind.RECORD, name, layout.fixedBytes(), layout.fixedBytes(), 0, 0, fields, List.of(), List.of());
    }

    private static SchemaType type(FieldType type) {
        if (type instanceof FieldType.RecordOf record) {
            return record(record.layout(), record.layout().type().getSimpleName());
        } else if (type instanceof FieldType.UnionOf union) {
            return union(union);
        } else if (type instanceof FieldType.EnumOf constants) {
            return constants(constants);
        } else if (type instanceof FieldType.FixedText text) {
            return new SchemaType(
                    text.kind(),
                    "",
                    text.sizeBytes(),
                    text.strideBytes(),
                    text.lengthOffsetBytes(),
                    text.maxBytes(),
                    List.of(),
                    List.of(),
                    List.of());
        } else if (type instanceof FieldType.ArrayOf array) {
            return holder(type, array.element().strideBytes(), 0, type(array.element()));
        } else if (type instanceof FieldType.ListOf list) {
            return holder(type, list.element().strideBytes(), 0, type(list.element()));
        } else if (type instanceof FieldType.OptionalOf optional) {
            return holder(type, type.strideBytes(), optional.presenceOffsetBytes(), type(optional.value()));
        } else if (type instanceof FieldType.MapOf map) {
            return holder(type, map.entryStrideBytes(), map.valueOffsetBytes(), type(map.key()), type(map.value()));
        }
        return holder(type, type.strideBytes(), 0);
    }

    private static SchemaType holder(FieldType type, int strideBytes, int innerOffsetBytes, SchemaType... parts) {
        return new SchemaType(
                type.kind(),
                "",
                type.sizeBytes(),
                strideBytes,
                innerOffsetBytes,
                0,
                List.of(),
                List.of(),
                List.of(parts));
    }

    private static SchemaType constants(FieldType.EnumOf type) {
        List<String> names = new ArrayList<>();
        for (Object constant : type.javaType().getEnumConstants()) {
            names.add(((Enum<?>) constant).name());
        }
        return new SchemaType(
                type.kind(),
                type.javaType().getSimpleName(),
                type.sizeBytes(),
                type.strideBytes(),
                0,
                0,
                List.of(),
                names,
                List.of());
    }

    private static SchemaType union(FieldType.UnionOf union) {
        List<SchemaField> alternatives = new ArrayList<>();
        for (FieldType.Alternative alternative : union.alternatives()) {
            boolean isChosen = alternative.layout().type().isAnnotationPresent(Tag.class);
            SchemaType record = record(alternative.layout(), alternative.name());
            alternatives.add(new SchemaField(alternative.name(), alternative.tag(), isChosen, 1, 0, record, null));
        }
        return new SchemaType(
                union.kind(),
                union.javaType().getSimpleName(),
                union.sizeBytes(),
                union.strideBytes(),
                union.ordinalOffsetBytes(),
                0,
                alternatives,
                List.of(),
                List.of());
    }
}
