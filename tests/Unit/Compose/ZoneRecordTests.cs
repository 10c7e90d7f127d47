using Sametime.Compose.Commands;
using Xunit;

namespace Sametime.Tests.Unit.Compose;

/// <summary>Records that <c>sametime resolve --zone</c> prints for a name server.</summary>
public sealed class ZoneRecordTests
{
    [Fact]
    public void Each_address_has_a_service_record_and_each_number_a_name_of_its_own() => Assert.Equal(
        [
            "north.example.org. 30 IN A 192.0.2.1",
            "edge1.north.example.org. 30 IN A 192.0.2.1",
            "_sametime._tcp.north.example.org. 30 IN SRV 0 0 1533 edge1.north.example.org.",
            "_sametime._tcp.north.example.org. 30 IN SRV 0 0 443 edge.example.net.",
            "north.example.org. 30 IN AAAA 2001:db8::1",
            "edge2.north.example.org. 30 IN AAAA 2001:db8::1",
            "_sametime._tcp.north.example.org. 30 IN SRV 0 0 1534 edge2.north.example.org.",
        ],
        ResolveCommand.Records("north", "example.org.", ["192.0.2.1:1533", "edge.example.net.:443", "[2001:db8::1]:1534"]));

    [Fact]
    public void A_name_with_no_address_has_no_record() => Assert.Empty(ResolveCommand.Records("north", "example.org", []));
}
