/**
 * Makes Java records from {@code .proto} files: a plugin for {@code protoc}, in one artifact, that Maven runs.
 *
 * <pre>
 *   .proto                                      record
 *   message                                     record; nested messages are nested records
 *   bool, float, double, string                 boolean, float, double, String
 *   int32, sint32, sfixed32                     int
 *   uint32, fixed32                             long, so that no value is negative
 *   int64, sint64, sfixed64, uint64, fixed64    long; of the unsigned ones the bits
 *   bytes                                       byte[]
 *   enum                                        enum, the constants in the order of their numbers
 *   google.protobuf.Timestamp, Duration         Instant, Duration
 *   repeated                                    an array of primitives, or a List
 *   map                                         Map
 *   oneof                                       Optional of a sealed interface with a record for each field
 *   optional                                    Optional
 *   a message without optional                  the record; missing is the same as all fields at their defaults
 * </pre>
 *
 * <p>Field numbers become {@code @Tag}; the options of {@code millrace/options.proto}, which this artifact carries, become
 * {@code @Key}, {@code @Timestamp}, {@code @Since} and a constant {@code VERSION}. Comments become Javadoc. The same input
 * gives the same output, byte by byte. Records that hold arrays compare what is in them.
 *
 * <p>What the engine writes is the Protobuf that {@code ProtobufTranscoder.schemaText} of the record shows. It is what the
 * file says except for fields of the types {@code sint}, {@code fixed} and {@code sfixed}, enums whose numbers do not count
 * from 0, and fields of a oneof, which lie in a message of their own: the plugin tells of each in a note.
 *
 * <p>With the {@code protobuf-maven-plugin} of {@code io.github.ascopes}:
 *
 * <pre>{@code
 * <dependency>
 *   <groupId>dev.millrace</groupId><artifactId>millrace-protoc-plugin</artifactId><version>0.1.0</version>
 *   <scope>provided</scope>
 * </dependency>
 *
 * <configuration>
 *   <protoc>4.36.2</protoc>
 *   <javaEnabled>false</javaEnabled>
 *   <plugins>
 *     <plugin kind="jvm-maven">
 *       <groupId>dev.millrace</groupId><artifactId>millrace-protoc-plugin</artifactId><version>0.1.0</version>
 *     </plugin>
 *   </plugins>
 * </configuration>
 * }</pre>
 *
 * <p>Files lie in {@code src/main/protobuf} of the project; the module {@code examples-proto} is such a project, and does
 * without a look at what its dependencies depend on. What cannot be made into a record is refused with file,
 * line and column, all such places at once.
 */
@NullMarked
package dev.millrace.protoc;

import org.jspecify.annotations.NullMarked;
