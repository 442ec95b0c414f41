// Made by millrace-protoc-plugin from shop.proto. Do not edit.
package com.example.shop;

/** How an order stands: &lt;new&gt; &amp; "paid" *&#47; &#123;&#64;code x&#125;. */
public enum Status {
    /** Nothing known. */
    STATUS_UNKNOWN,
    STATUS_PAID,
    class_
}
