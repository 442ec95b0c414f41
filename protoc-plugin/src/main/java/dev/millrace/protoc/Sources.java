package dev.millrace.protoc;

import com.google.protobuf.DescriptorProtos.DescriptorProto;
import com.google.protobuf.DescriptorProtos.EnumDescriptorProto;
import com.google.protobuf.DescriptorProtos.FileDescriptorProto;
import com.google.protobuf.DescriptorProtos.SourceCodeInfo.Location;
import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.EnumDescriptor;
import com.google.protobuf.Descriptors.EnumValueDescriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Descriptors.FileDescriptor;
import com.google.protobuf.Descriptors.GenericDescriptor;
import com.google.protobuf.Descriptors.OneofDescriptor;
import com.google.protobuf.Descriptors.ServiceDescriptor;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Where things stand in the files, and what is said about them there. */
final class Sources {
    private final Map<String, Map<List<Integer>, Location>> files = new HashMap<>();

    /** Takes in one file. Without source information all places are the file's name only. */
    void add(FileDescriptorProto file) {
        Map<List<Integer>, Location> places = new HashMap<>();
        for (Location location : file.getSourceCodeInfo().getLocationList()) {
            places.putIfAbsent(location.getPathList(), location);
        }
        files.put(file.getName(), places);
    }

    /** {@code file:line:column}, both from 1. */
    String place(GenericDescriptor of) {
        Location location = location(of);
        String file = of.getFile().getName();
        return location == null || location.getSpanCount() < 2
                ? file
                : file + ':' + (location.getSpan(0) + 1) + ':' + (location.getSpan(1) + 1);
    }

    /** The comment before it, else the one behind it, else nothing. Lines are stripped, empty ones at both ends dropped. */
    List<String> comment(GenericDescriptor of) {
        Location location = location(of);
        if (location == null) {
            return List.of();
        }
        String text = location.hasLeadingComments() ? location.getLeadingComments() : location.getTrailingComments();
        return text.strip().lines().map(String::strip).toList();
    }

    private @Nullable Location location(GenericDescriptor of) {
        return files.getOrDefault(of.getFile().getName(), Map.of()).get(path(of));
    }

    /** The path of a descriptor as {@code SourceCodeInfo} counts: field number and index, from the file down. */
    private static List<Integer> path(GenericDescriptor of) {
        List<Integer> path = new ArrayList<>();
        if (of instanceof Descriptor message) {
            Descriptor parent = message.getContainingType();
            path.addAll(parent == null ? List.of() : path(parent));
            path.add(
                    parent == null
                            ? FileDescriptorProto.MESSAGE_TYPE_FIELD_NUMBER
                            : DescriptorProto.NESTED_TYPE_FIELD_NUMBER);
            path.add(message.getIndex());
        } else if (of instanceof EnumDescriptor constants) {
            Descriptor parent = constants.getContainingType();
            path.addAll(parent == null ? List.of() : path(parent));
            path.add(
                    parent == null
                            ? FileDescriptorProto.ENUM_TYPE_FIELD_NUMBER
                            : DescriptorProto.ENUM_TYPE_FIELD_NUMBER);
            path.add(constants.getIndex());
        } else if (of instanceof EnumValueDescriptor constant) {
            path.addAll(path(constant.getType()));
            path.add(EnumDescriptorProto.VALUE_FIELD_NUMBER);
            path.add(constant.getIndex());
        } else if (of instanceof FieldDescriptor field) {
            path.addAll(path(field.getContainingType()));
            path.add(DescriptorProto.FIELD_FIELD_NUMBER);
            path.add(field.getIndex());
        } else if (of instanceof OneofDescriptor oneof) {
            path.addAll(path(oneof.getContainingType()));
            path.add(DescriptorProto.ONEOF_DECL_FIELD_NUMBER);
            path.add(oneof.getIndex());
        } else if (of instanceof ServiceDescriptor service) {
            path.add(FileDescriptorProto.SERVICE_FIELD_NUMBER);
            path.add(service.getIndex());
        } else if (of instanceof FileDescriptor) {
            path.add(FileDescriptorProto.PACKAGE_FIELD_NUMBER);
        }
        return path;
    }
}
