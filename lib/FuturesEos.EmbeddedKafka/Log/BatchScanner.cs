using FuturesEos.KafkaProtocol.Records;
using Microsoft.Win32.SafeHandles;

namespace FuturesEos.EmbeddedKafka.Log;

/// <summary>Reads the batches of a segment one after the other; a batch is valid until the next is asked for.</summary>
internal sealed class BatchScanner(SafeFileHandle file, long start, long end)
{
    private const int ChunkBytes = 256 << 10;
    private byte[] _buffer = new byte[(int)Math.Min(ChunkBytes, Math.Max(RecordBatch.HeaderSize, end - start))];
    private int _from;
    private int _until;

    /// <summary>Where the batch last given begins; after the end, where the bytes that are no batch begin.</summary>
    public long Position { get; private set; } = start;

    private int _size;

    /// <summary>The next batch; false at the end and where the bytes are no whole batch.</summary>
    public bool TryNext(out RecordBatch batch)
    {
        Position += _size;
        _from += _size;
        _size = 0;
        batch = default;
        if (!Fill(RecordBatch.HeaderSize))
            return false;
        var size = RecordBatch.SizeOf(_buffer.AsSpan(_from, _until - _from));
        if (size < RecordBatch.HeaderSize || size > end - Position || !Fill(size))
            return false;
        _size = size;
        batch = new RecordBatch(_buffer.AsSpan(_from, size));
        return true;
    }

    private bool Fill(int needed)
    {
        if (_until - _from >= needed)
            return true;
        _buffer.AsSpan(_from, _until - _from).CopyTo(_buffer);
        (_from, _until) = (0, _until - _from);
        if (needed > _buffer.Length)
            Array.Resize(ref _buffer, needed);
        while (_until < needed)
        {
            var want = (int)Math.Min(_buffer.Length - _until, end - Position - _until);
            var read = want <= 0 ? 0 : RandomAccess.Read(file, _buffer.AsSpan(_until, want), Position + _until);
            if (read == 0)
                return false;
            _until += read;
        }

        return true;
    }
}
