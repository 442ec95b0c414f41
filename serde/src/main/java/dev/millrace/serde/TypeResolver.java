package dev.millrace.serde;

import java.lang.reflect.AnnotatedParameterizedType;
import java.lang.reflect.AnnotatedType;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;
import java.lang.reflect.TypeVariable;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Fills in type variables. Used while one layout is built, by one thread. */
final class TypeResolver {
    private static final String CONCRETE = "; name the type itself, as in Pair<Long, String>";

    private final Class<?> root;

    TypeResolver(Class<?> root) {
        this.root = root;
    }

    /**
     * What a type stands for where it is used.
     *
     * @param bindings what the type variables around it stand for
     * @param path for the message of a refusal
     */
    TypeUse resolve(AnnotatedType annotated, Map<TypeVariable<?>, TypeUse> bindings, String path) {
        Type type = annotated.getType();
        FixedUtf8 fixed = annotated.getAnnotation(FixedUtf8.class);
        int fixedBytes = fixed == null ? TypeUse.NOT_FIXED : fixed.value();
        if (type instanceof Class<?> plain) {
            return new TypeUse(plain, List.of(), fixedBytes);
        }
        if (type instanceof TypeVariable<?> variable) {
            TypeUse bound = bindings.get(variable);
            if (bound == null) {
                throw new UnsupportedTypeException(root, path, type, "a type parameter without a type" + CONCRETE);
            }
            return bound;
        }
        if (annotated instanceof AnnotatedParameterizedType parameterized) {
            List<TypeUse> arguments = new ArrayList<>();
            for (AnnotatedType argument : parameterized.getAnnotatedActualTypeArguments()) {
                arguments.add(resolve(argument, bindings, path));
            }
            Class<?> raw = (Class<?>) ((ParameterizedType) type).getRawType();
            return new TypeUse(raw, List.copyOf(arguments), fixedBytes);
        }
        throw new UnsupportedTypeException(root, path, type, "a wildcard or an array of a type parameter" + CONCRETE);
    }

    /** What the type variables of a class stand for in a use of it. The use has all arguments, or none, as a raw type. */
    static Map<TypeVariable<?>, TypeUse> bindings(TypeUse use) {
        Map<TypeVariable<?>, TypeUse> bindings = new HashMap<>();
        TypeVariable<?>[] variables = use.raw().getTypeParameters();
        for (int i = 0; i < use.arguments().size(); i++) {
            bindings.put(variables[i], use.arguments().get(i));
        }
        return bindings;
    }

    /**
     * The use of a subtype that a use of its sealed interface means: {@code Leaf<Long>} for {@code Tree<Long>}, if it is
     * {@code Leaf<T> implements Tree<T>}. Null if the interface does not say what a variable of the subtype stands for.
     */
    static @Nullable TypeUse subtype(Class<?> subtype, TypeUse of) {
        TypeVariable<?>[] variables = subtype.getTypeParameters();
        Map<Type, TypeUse> bound = new HashMap<>();
        for (Type parent : subtype.getGenericInterfaces()) {
            if (parent instanceof ParameterizedType parameterized && parameterized.getRawType() == of.raw()) {
                Type[] arguments = parameterized.getActualTypeArguments();
                for (int i = 0; i < Math.min(arguments.length, of.arguments().size()); i++) {
                    bound.put(arguments[i], of.arguments().get(i));
                }
            }
        }
        List<TypeUse> arguments = new ArrayList<>();
        for (TypeVariable<?> variable : variables) {
            TypeUse argument = bound.get(variable);
            if (argument == null) {
                return null;
            }
            arguments.add(argument);
        }
        return new TypeUse(subtype, List.copyOf(arguments), TypeUse.NOT_FIXED);
    }
}
