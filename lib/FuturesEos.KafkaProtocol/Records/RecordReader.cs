namespace FuturesEos.KafkaProtocol.Records;

/// <summary>Walks the records of one batch, unpacking them first where they are compressed.</summary>
public ref struct RecordReader
{
    private readonly long _baseOffset;
    private readonly long _baseTimestamp;
    private readonly long _appendTime;
    private readonly UnpackBuffer? _unpacked;
    private ReadOnlySpan<byte> _rest;
    private int _left;

    /// <param name="batch">A batch whose checksum was found right.</param>
    /// <exception cref="InvalidRecordException">The records cannot be unpacked.</exception>
    public RecordReader(RecordBatch batch)
        : this(batch, Records.Compression.DefaultMaxBytes)
    {
    }

    /// <param name="batch">A batch whose checksum was found right.</param>
    /// <param name="maxUnpackedBytes">Above this many bytes the records are refused, whatever the batch claims.</param>
    /// <exception cref="InvalidRecordException">The records cannot be unpacked.</exception>
    public RecordReader(RecordBatch batch, int maxUnpackedBytes)
    {
        _baseOffset = batch.BaseOffset;
        _baseTimestamp = batch.BaseTimestamp;
        _appendTime = batch.TimestampType == TimestampType.LogAppendTime ? batch.MaxTimestamp : -1;
        _left = batch.RecordCount;
        _unpacked = batch.Compression == CompressionType.None
            ? null
            : Compression.Unpack(batch.Compression, batch.Payload, maxUnpackedBytes);
        _rest = _unpacked is null ? batch.Payload : _unpacked.Written;
    }

    /// <summary>
    /// Gives back the buffer of unpacked records, which must not be looked at any more. Without it the collector does.
    /// </summary>
    public readonly void Dispose() => _unpacked?.Dispose();

    /// <summary>Takes the next record; false after the last.</summary>
    /// <exception cref="InvalidRecordException">The bytes are no record, or some are left after the last.</exception>
    public bool TryRead(out Record record)
    {
        if (_left <= 0)
        {
            if (_rest.Length > 0 || _left < 0)
            {
                throw new InvalidRecordException(
                    KafkaError.InvalidRecord, $"{_rest.Length} bytes follow the last record of a batch");
            }

            record = default;
            return false;
        }

        _left--;
        var body = TakeBytes(ref _rest, out var isThere);
        if (!isThere || body.Length == 0)
            throw new InvalidRecordException(KafkaError.InvalidRecord, "a record of the batch is empty");
        record = Decode(body);
        return true;
    }

    /// <summary>Whether count and lengths of the records fit the batch, without looking into them.</summary>
    public bool HasWholeRecords()
    {
        var rest = _rest;
        for (var left = _left; left > 0; left--)
        {
            if (rest.Length == 0)
                return false;
            var length = Varint.Take(ref rest);
            if (length <= 0 || length > rest.Length)
                return false;
            rest = rest[(int)length..];
        }

        return rest.Length == 0;
    }

    internal static ReadOnlySpan<byte> TakeBytes(scoped ref ReadOnlySpan<byte> from, out bool isThere)
    {
        var length = Varint.Take(ref from);
        isThere = length >= 0;
        if (!isThere)
            return default;
        if (length > from.Length)
        {
            throw new InvalidRecordException(
                KafkaError.InvalidRecord, $"a record field of {length} bytes stands where {from.Length} are left");
        }

        var bytes = from[..(int)length];
        from = from[(int)length..];
        return bytes;
    }

    private readonly Record Decode(ReadOnlySpan<byte> body)
    {
        body = body[1..];
        var timestamp = _baseTimestamp + Varint.Take(ref body);
        var offset = _baseOffset + Varint.Take(ref body);
        var key = TakeBytes(ref body, out var hasKey);
        var value = TakeBytes(ref body, out var hasValue);
        var headers = Varint.Take(ref body);
        if (headers < 0 || headers > body.Length)
        {
            throw new InvalidRecordException(
                KafkaError.InvalidRecord, $"a record claims {headers} headers in {body.Length} bytes");
        }

        return new Record(offset, _appendTime >= 0 ? _appendTime : timestamp, key, hasKey, value, hasValue)
        {
            Headers = new RecordHeaders((int)headers, body),
        };
    }
}
