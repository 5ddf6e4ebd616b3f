using System.Runtime.CompilerServices;

namespace FuturesEos.KafkaProtocol.Primitives;

/// <summary>
/// Walks a message field by field in the protocol's order. A message says once which fields it has in which versions
/// (<see cref="IProtocolStruct.Visit"/>); reading, writing and the tests' comparison with Kafka's own definitions are
/// the codec that is passed. A field outside the version's range keeps its default.
/// </summary>
public abstract class ProtocolCodec
{
    private const int Newest = short.MaxValue;
    private const int FirstAllocation = 16;

    protected ProtocolCodec(short version, bool isFlexible)
    {
        Version = version;
        IsFlexible = isFlexible;
    }

    /// <summary>The message's version.</summary>
    public short Version { get; }

    /// <summary>Compact lengths and tagged fields (KIP-482).</summary>
    public bool IsFlexible { get; }

    /// <summary>Whether values flow from the codec into the message.</summary>
    protected abstract bool IsFilling { get; }

    public void Bool(
        ref bool value, int from = 0, int to = Newest, [CallerArgumentExpression(nameof(value))] string name = "")
    {
        if (Covers(from, to))
            OnBool(ref value, name);
    }

    public void Int8(
        ref sbyte value, int from = 0, int to = Newest, [CallerArgumentExpression(nameof(value))] string name = "")
    {
        if (Covers(from, to))
            OnInt8(ref value, name);
    }

    public void Int16(
        ref short value, int from = 0, int to = Newest, [CallerArgumentExpression(nameof(value))] string name = "")
    {
        if (Covers(from, to))
            OnInt16(ref value, name);
    }

    public void Int32(
        ref int value, int from = 0, int to = Newest, [CallerArgumentExpression(nameof(value))] string name = "")
    {
        if (Covers(from, to))
            OnInt32(ref value, name);
    }

    public void Int64(
        ref long value, int from = 0, int to = Newest, [CallerArgumentExpression(nameof(value))] string name = "")
    {
        if (Covers(from, to))
            OnInt64(ref value, name);
    }

    public void Uuid(
        ref Guid value, int from = 0, int to = Newest, [CallerArgumentExpression(nameof(value))] string name = "")
    {
        if (Covers(from, to))
            OnUuid(ref value, name);
    }

    public void Error(
        ref KafkaError value, int from = 0, int to = Newest, [CallerArgumentExpression(nameof(value))] string name = "")
    {
        if (!Covers(from, to))
            return;
        var number = (short)value;
        OnInt16(ref number, name);
        value = (KafkaError)number;
    }

    public void String(
        ref string value, int from = 0, int to = Newest, [CallerArgumentExpression(nameof(value))] string name = "")
    {
        if (!Covers(from, to))
            return;
        string? text = value;
        OnString(ref text, nullable: false, name);
        value = text ?? "";
    }

    /// <summary>A string, null allowed from version <paramref name="nullableFrom"/> on; before that it is "".</summary>
    public void NullableString(
        ref string? value,
        int nullableFrom = 0,
        int from = 0,
        int to = Newest,
        [CallerArgumentExpression(nameof(value))] string name = "")
    {
        if (Covers(from, to))
            OnString(ref value, Version >= nullableFrom, name);
    }

    public void Bytes(
        ref ReadOnlyMemory<byte> value,
        int from = 0,
        int to = Newest,
        [CallerArgumentExpression(nameof(value))] string name = "")
    {
        if (Covers(from, to))
            OnBytes(ref value, name);
    }

    /// <summary>Record batches, passed by reference; null reads as empty.</summary>
    public void Records(
        ref ReadOnlyMemory<byte> value,
        int from = 0,
        int to = Newest,
        [CallerArgumentExpression(nameof(value))] string name = "")
    {
        if (Covers(from, to))
            OnRecords(ref value, name);
    }

    public void Int32s(
        ref int[] value, int from = 0, int to = Newest, [CallerArgumentExpression(nameof(value))] string name = "")
    {
        int[]? array = value;
        NullableInt32s(ref array, Newest, from, to, name);
        value = array ?? [];
    }

    public void NullableInt32s(
        ref int[]? value,
        int nullableFrom = 0,
        int from = 0,
        int to = Newest,
        [CallerArgumentExpression(nameof(value))] string name = "")
    {
        if (!Covers(from, to))
            return;
        var count = OnArray(value?.Length ?? -1, Version >= nullableFrom, "int32", name);
        var array = value ?? [];
        for (var i = 0; i < count; i++)
        {
            Reserve(ref array, i, count);
            OnInt32(ref array[i], name);
        }

        Trim(ref array, Math.Max(count, 0));
        value = count < 0 ? null : array;
        OnArrayEnd();
    }

    public void Int64s(
        ref long[] value, int from = 0, int to = Newest, [CallerArgumentExpression(nameof(value))] string name = "")
    {
        if (!Covers(from, to))
            return;
        var count = OnArray(value.Length, nullable: false, "int64", name);
        for (var i = 0; i < count; i++)
        {
            Reserve(ref value, i, count);
            OnInt64(ref value[i], name);
        }

        Trim(ref value, count);
        OnArrayEnd();
    }

    public void Strings(
        ref string[] value, int from = 0, int to = Newest, [CallerArgumentExpression(nameof(value))] string name = "")
    {
        string[]? array = value;
        NullableStrings(ref array, Newest, from, to, name);
        value = array ?? [];
    }

    public void NullableStrings(
        ref string[]? value,
        int nullableFrom = 0,
        int from = 0,
        int to = Newest,
        [CallerArgumentExpression(nameof(value))] string name = "")
    {
        if (!Covers(from, to))
            return;
        var count = OnArray(value?.Length ?? -1, Version >= nullableFrom, "string", name);
        var array = value ?? [];
        for (var i = 0; i < count; i++)
        {
            Reserve(ref array, i, count);
            string? text = array[i];
            OnString(ref text, nullable: false, name);
            array[i] = text ?? "";
        }

        Trim(ref array, Math.Max(count, 0));
        value = count < 0 ? null : array;
        OnArrayEnd();
    }

    public void Array<T>(
        ref T[] value, int from = 0, int to = Newest, [CallerArgumentExpression(nameof(value))] string name = "")
        where T : class, IProtocolStruct, new()
    {
        T[]? array = value;
        NullableArray(ref array, Newest, from, to, name);
        value = array ?? [];
    }

    public void NullableArray<T>(
        ref T[]? value,
        int nullableFrom = 0,
        int from = 0,
        int to = Newest,
        [CallerArgumentExpression(nameof(value))] string name = "")
        where T : class, IProtocolStruct, new()
    {
        if (!Covers(from, to))
            return;
        var count = OnArray(value?.Length ?? -1, Version >= nullableFrom, "struct", name);
        var array = value ?? [];
        for (var i = 0; i < count; i++)
        {
            if (IsFilling)
            {
                Reserve(ref array, i, count);
                array[i] = new T();
            }

            Struct(array[i]);
        }

        Trim(ref array, Math.Max(count, 0));
        value = count < 0 ? null : array;
        OnArrayEnd();
    }

    /// <summary>A single structure, as tagged fields have them.</summary>
    public void Struct<T>(
        ref T? value, int from = 0, int to = Newest, [CallerArgumentExpression(nameof(value))] string name = "")
        where T : class, IProtocolStruct, new()
    {
        if (!Covers(from, to))
            return;
        OnStruct(name);
        if (IsFilling)
            value = new T();
        Struct(value ?? throw new InvalidOperationException($"{name} is written and has no value."));
        OnStructEnd();
    }

    /// <summary>The message itself, or an element: its fields, then its tagged fields.</summary>
    public void Struct(IProtocolStruct value)
    {
        value.Visit(this);
        if (IsFlexible)
            OnTags(value as ITaggedFields);
    }

    protected abstract void OnBool(ref bool value, string name);

    protected abstract void OnInt8(ref sbyte value, string name);

    protected abstract void OnInt16(ref short value, string name);

    protected abstract void OnInt32(ref int value, string name);

    protected abstract void OnInt64(ref long value, string name);

    protected abstract void OnUuid(ref Guid value, string name);

    protected abstract void OnString(ref string? value, bool nullable, string name);

    protected abstract void OnBytes(ref ReadOnlyMemory<byte> value, string name);

    protected abstract void OnRecords(ref ReadOnlyMemory<byte> value, string name);

    /// <summary>An array begins.</summary>
    /// <returns>How many elements follow; -1 for null.</returns>
    protected abstract int OnArray(int count, bool nullable, string elementType, string name);

    protected virtual void OnArrayEnd()
    {
    }

    protected virtual void OnStruct(string name)
    {
    }

    protected virtual void OnStructEnd()
    {
    }

    protected abstract void OnTags(ITaggedFields? value);

    // An array grows with what was really read: a count is only what the sender claims.
    private void Reserve<T>(ref T[] array, int index, int count)
    {
        if (!IsFilling)
            return;
        if (index == 0)
            array = new T[Math.Min(count, FirstAllocation)];
        else if (index == array.Length)
            System.Array.Resize(ref array, (int)Math.Min(count, index * 2L));
    }

    private void Trim<T>(ref T[] array, int count)
    {
        if (IsFilling && count == 0)
            array = [];
    }

    private bool Covers(int from, int to) => Version >= from && Version <= to;
}
