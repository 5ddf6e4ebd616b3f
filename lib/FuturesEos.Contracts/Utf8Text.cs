using System.Buffers.Text;
using System.Globalization;

namespace FuturesEos.Contracts;

/// <summary>
/// Writes the contract's names and flat JSON objects into a span that is known to be long enough: no intermediate
/// strings.
/// </summary>
internal ref struct Utf8Text(Span<byte> destination)
{
    private readonly Span<byte> _destination = destination;

    public int Length { get; private set; }

    /// <summary>Bytes as they are.</summary>
    public void Raw(ReadOnlySpan<byte> utf8)
    {
        utf8.CopyTo(_destination[Length..]);
        Length += utf8.Length;
    }

    /// <summary>ASCII as it is.</summary>
    public void Ascii(string text)
    {
        foreach (var c in text) _destination[Length++] = (byte)c;
    }

    /// <summary>What stands before a value, and a number.</summary>
    public void Number(ReadOnlySpan<byte> before, decimal value)
    {
        Raw(before);
        Length += Decimals.Write(value, _destination[Length..]);
    }

    /// <inheritdoc cref="Number(ReadOnlySpan{byte}, decimal)"/>
    public void Number(ReadOnlySpan<byte> before, long value)
    {
        Raw(before);
        value.TryFormat(_destination[Length..], out var written, default, CultureInfo.InvariantCulture);
        Length += written;
    }

    /// <summary>
    /// What stands before a value, and printable ASCII with the two characters escaped that JSON asks for.
    /// </summary>
    public void Text(ReadOnlySpan<byte> before, string ascii)
    {
        Raw(before);
        _destination[Length++] = (byte)'"';
        foreach (var c in ascii)
        {
            if (c is '"' or '\\') _destination[Length++] = (byte)'\\';
            _destination[Length++] = (byte)c;
        }

        _destination[Length++] = (byte)'"';
    }

    /// <summary>What stands before a value, and a UUID.</summary>
    public void Uuid(ReadOnlySpan<byte> before, Guid value)
    {
        Raw(before);
        _destination[Length++] = (byte)'"';
        Utf8Formatter.TryFormat(value, _destination[Length..], out var written);
        Length += written;
        _destination[Length++] = (byte)'"';
    }

    /// <summary>What stands before a value, and epoch milliseconds as ISO-8601.</summary>
    public void Time(ReadOnlySpan<byte> before, long ms)
    {
        Raw(before);
        _destination[Length++] = (byte)'"';
        Length += Timestamps.Write(ms, _destination[Length..]);
        _destination[Length++] = (byte)'"';
    }
}
