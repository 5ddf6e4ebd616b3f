using System.Globalization;
using System.Text;
using FuturesEos.Streams;

namespace FuturesEos.Tests.Streams;

/// <summary>
/// A stateful processor that anybody can check record by record: value = a number; state = sum and count of a key; output =
/// <c>TOPIC/PARTITION/OFFSET COUNT SUM</c>.
/// </summary>
internal sealed class SummingProcessor(string output, Action<InputRecord>? before = null, int padding = 0) : ITaskProcessor
{
    private readonly string _padding = new(' ', padding);

    public void Process(in InputRecord record, TaskContext context)
    {
        before?.Invoke(record);
        var number = int.Parse(Encoding.UTF8.GetString(record.Value!), CultureInfo.InvariantCulture);
        var (count, sum) = context.State.Get(record.Key!) is { } stored ? Read(stored) : (0, 0L);
        count++;
        sum += number;
        context.State.Put(record.Key!, Encoding.UTF8.GetBytes($"{count} {sum}"));
        context.Emit(output, record.Key, Encoding.UTF8.GetBytes($"{record.Topic}/{record.Partition}/{record.Offset} {count} {sum}{_padding}"), record.TimestampMs, null);
    }

    public void BeforeCommit(TaskContext context)
    {
    }

    public void AfterCommit()
    {
    }

    public void Forget()
    {
    }

    public static (int Count, long Sum) Read(byte[] stored)
    {
        var parts = Encoding.UTF8.GetString(stored).Split(' ');
        return (int.Parse(parts[0], CultureInfo.InvariantCulture), long.Parse(parts[1], CultureInfo.InvariantCulture));
    }
}
