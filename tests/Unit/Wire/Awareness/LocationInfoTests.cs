using Sametime.Contracts.Wire;
using Sametime.Contracts.Wire.Awareness;
using Sametime.Tests.Kit.Wire;
using Xunit;

namespace Sametime.Tests.Unit.Wire.Awareness;

public sealed class LocationInfoTests
{
    [Fact]
    public void PartsComeInTheirOrder()
    {
        var reader = new WireReader(VectorFile.Load(nameof(LocationInfo), "An office in Berlin").Data);
        var attribute = AttributeSet.Read(ref reader);

        Assert.Equal(AttributeKeys.Location, attribute.Key);
        Assert.True(attribute.Value.TryRead<LocationInfo>(out var location));
        Assert.Equal(new LocationInfo("Germany", "10115", "BE", "Berlin", "+49 30 1", Unknown: 1, "B\u00fcro", "CET"), location);
    }
}
