namespace FuturesEos.KafkaProtocol.Records;

/// <summary>The headers of one record, decoded while they are walked.</summary>
public readonly ref struct RecordHeaders
{
    private readonly ReadOnlySpan<byte> _bytes;

    internal RecordHeaders(int count, ReadOnlySpan<byte> bytes)
    {
        Count = count;
        _bytes = bytes;
    }

    public int Count { get; }

    /// <summary>Whether the headers can be read, and nothing follows them.</summary>
    /// <exception cref="InvalidRecordException">A header does not fit the record.</exception>
    public bool FillRecord()
    {
        var headers = GetEnumerator();
        while (headers.MoveNext())
        {
        }

        return headers.IsAtEnd;
    }

    public Enumerator GetEnumerator() => new(Count, _bytes);

    public ref struct Enumerator
    {
        private ReadOnlySpan<byte> _rest;
        private int _left;

        internal Enumerator(int count, ReadOnlySpan<byte> bytes)
        {
            _left = count;
            _rest = bytes;
        }

        public RecordHeader Current { get; private set; }

        internal readonly bool IsAtEnd => _rest.IsEmpty;

        /// <exception cref="InvalidRecordException">The header does not fit the record.</exception>
        public bool MoveNext()
        {
            if (_left == 0)
                return false;
            _left--;
            var name = RecordReader.TakeBytes(ref _rest, out var hasName);
            if (!hasName)
                throw new InvalidRecordException(KafkaError.InvalidRecord, "a record header has no name");
            var value = RecordReader.TakeBytes(ref _rest, out var hasValue);
            Current = new RecordHeader(name, value, hasValue);
            return true;
        }
    }
}
