using System.Runtime.CompilerServices;
using FuturesEos.Contracts.Signals;
using FuturesEos.ServiceDefaults;

namespace FuturesEos.SignalGenerator;

/// <summary>A file of trades → candles → signals, row by row: a file of any length takes the same memory.</summary>
internal sealed class TradeFileSource(string path, string symbol, bool skipBad, TimeProvider time)
{
    private const int RowBytesMax = 4096;
    private const int FileBufferBytes = 256 * 1024;

    /// <summary>Rows that could not be read and were skipped.</summary>
    public long SkippedRows { get; private set; }

    /// <summary>The file's name.</summary>
    public string Name => Path.GetFileName(path);

    /// <summary>A file that is there, and a symbol that is one.</summary>
    /// <exception cref="ExpectedFailure">Either is not.</exception>
    public static TradeFileSource Open(string path, string? symbol, bool skipBad, TimeProvider? time = null)
    {
        if (!File.Exists(path)) throw ExpectedFailure.Usage($"--trades: there is no file {path}");
        symbol ??= Path.GetFileName(path).Split('-')[0];
        if (!SymbolName.IsValid(symbol))
            throw ExpectedFailure.Usage(
                $"'{symbol}' is no symbol ([A-Z0-9._-], 1 to 32 characters): name it with --symbol");
        return new TradeFileSource(path, symbol, skipBad, time ?? TimeProvider.System);
    }

    /// <summary>Signals in order of their time.</summary>
    /// <exception cref="ExpectedFailure">A row cannot be read, and none are to be skipped.</exception>
    public async IAsyncEnumerable<Signal> ReadAsync(
        [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        var file = OpenFile();
        await using var _ = file.ConfigureAwait(false);
        var candles = new CandleSet(symbol);
        var completed = new List<Signal>();
        await foreach (var line in new LineReader(file, RowBytesMax).ReadAsync(cancellationToken))
        {
            if (Take(line, time.GetUtcNow().ToUnixTimeMilliseconds(), candles, completed) is { } wrong)
            {
                if (!skipBad)
                    throw new ExpectedFailure(
                        ExitCode.CheckFailed,
                        $"{path} line {line.Number}: {wrong}; correct the file, or skip such rows with --skip-bad");
                SkippedRows++;
            }

            foreach (var signal in completed) yield return signal;
            completed.Clear();
        }

        candles.Finish(completed);
        foreach (var signal in completed) yield return signal;
    }

    private FileStream OpenFile()
    {
        try
        {
            return new FileStream(
                path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite, FileBufferBytes, FileOptions.SequentialScan);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw ExpectedFailure.Unreachable($"{path} cannot be read: {e.Message}", e);
        }
    }

    /// <summary>Adds the row's trade; null when it is well or no row, else what is wrong with it.</summary>
    private static string? Take(in Line line, long nowMs, CandleSet candles, List<Signal> completed)
    {
        if (line.IsTooLong) return $"it is longer than {RowBytesMax} bytes";
        var text = line.Bytes.Span;
        if (text is [.., (byte)'\r']) text = text[..^1];
        if (line.Number == 1)
        {
            if (text.StartsWith("\uFEFF"u8)) text = text[3..];
            if (text.StartsWith("PK\u0003\u0004"u8)) return "it is a zip archive: unpack it first";
            if (TradeRow.IsHeader(text, out var error)) return error;
        }

        if (text.IsEmpty) return null;
        return TradeRow.Read(text, nowMs, out var trade) ?? candles.Add(trade, completed);
    }
}
