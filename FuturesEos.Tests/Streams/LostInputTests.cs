using Confluent.Kafka;
using FuturesEos.Streams.Errors;
using FuturesEos.Tests.Broker;
using FuturesEos.Tests.Support;
using Xunit;

namespace FuturesEos.Tests.Streams;

/// <summary>Input that is not there any more when the engine comes to read it is no input to pass over.</summary>
public sealed class LostInputTests
{
    [Fact]
    public async Task records_deleted_before_they_were_read_stop_the_engine_with_their_number()
    {
        var failure = await StoppedAsync(async rig =>
        {
            rig.Send(300);
            var ends = await rig.StableOffsetsAsync(rig.Inputs[0]);
            using var admin = rig.Admin();
            await admin.DeleteRecordsAsync(ends.Select((end, partition) =>
                new TopicPartitionOffset(rig.Inputs[0], partition, end)));
        });
        Assert.Contains("records were deleted before they were read", failure.Message);
        Assert.Contains("retention.ms", failure.Message);
    }

    private static async Task<StreamsFatalException> StoppedAsync(Func<EngineRig, Task> meanwhile)
    {
        await using var broker = await BrokerForTests.StartAsync();
        await using var rig = await EngineRig.CreateAsync(broker.BootstrapServers, TestNames.Unique());
        rig.Send(300);
        await using (var first = rig.Start())
        {
            await rig.OutputsAsync(300);
            await first.StopAsync();
        }

        await meanwhile(rig);
        await using var second = rig.Start();
        return await Assert.ThrowsAsync<StreamsFatalException>(() => second.Run.WaitAsync(TimeSpan.FromSeconds(60)));
    }
}
