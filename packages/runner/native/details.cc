/*
 * What V8 tells no script about its own values: the state of a promise, and what an iterator of a Map or Set has
 * left or a weak collection holds. All are read, and nothing is changed: a promise counts as handled no more than before, an iterator
 * goes no further. The functions are made in the context that asks, hold nothing, and take nothing but values
 * of their caller.
 */
#include <v8.h>

namespace {

/** `promise(value)`: [state, result], the state as `Promise::PromiseState`; undefined for no promise. */
void Promise(const v8::FunctionCallbackInfo<v8::Value>& info) {
  if (info.Length() < 1 || !info[0]->IsPromise()) return;
  v8::Isolate* isolate = info.GetIsolate();
  v8::Local<v8::Promise> promise = info[0].As<v8::Promise>();
  const v8::Promise::PromiseState state = promise->State();
  v8::Local<v8::Value> parts[] = {v8::Integer::New(isolate, state), v8::Undefined(isolate)};
  if (state != v8::Promise::kPending) parts[1] = promise->Result();
  info.GetReturnValue().Set(v8::Array::New(isolate, parts, 2));
}

/**
 * `entries(value)` of an iterator, a WeakMap or a WeakSet: [values, whether they are keys and values in turns];
 * undefined for anything else.
 */
void Entries(const v8::FunctionCallbackInfo<v8::Value>& info) {
  if (info.Length() < 1) return;
  const bool is_iterator = info[0]->IsMapIterator() || info[0]->IsSetIterator();
  if (!is_iterator && !info[0]->IsWeakMap() && !info[0]->IsWeakSet()) return;
  bool are_pairs = false;
  v8::Local<v8::Array> entries;
  if (!info[0].As<v8::Object>()->PreviewEntries(&are_pairs).ToLocal(&entries)) return;
  v8::Isolate* isolate = info.GetIsolate();
  v8::Local<v8::Value> parts[] = {entries, v8::Boolean::New(isolate, are_pairs)};
  info.GetReturnValue().Set(v8::Array::New(isolate, parts, 2));
}

void Add(v8::Local<v8::Context> context, v8::Local<v8::Object> target, v8::Local<v8::String> name,
         v8::FunctionCallback callback) {
  v8::Local<v8::Function> function;
  const auto no_data = v8::Local<v8::Value>();
  const bool is_made = v8::Function::New(context, callback, no_data, 1, v8::ConstructorBehavior::kThrow)
                           .ToLocal(&function);
  if (is_made) target->CreateDataProperty(context, name, function).Check();
}

}  // namespace

/** The entry that isolated-vm looks for. */
extern "C" __attribute__((visibility("default"))) void InitForContext(
    v8::Isolate* isolate, v8::Local<v8::Context> context, v8::Local<v8::Object> target) {
  Add(context, target, v8::String::NewFromUtf8Literal(isolate, "promise"), Promise);
  Add(context, target, v8::String::NewFromUtf8Literal(isolate, "entries"), Entries);
}
