// Asks each URL as a Go program does. Prints "URL OK TEXT" or "URL REFUSED REASON" for each.
package main

import (
	"fmt"
	"io"
	"net/http"
	"os"
	"strings"
	"time"
)

func main() {
	client := http.Client{Timeout: 20 * time.Second}
	for _, url := range os.Args[1:] {
		response, err := client.Get(url)
		if err != nil {
			fmt.Println(url, "REFUSED", err)
			continue
		}
		text, err := io.ReadAll(response.Body)
		response.Body.Close()
		if err != nil {
			fmt.Println(url, "REFUSED", err)
			continue
		}
		fmt.Println(url, "OK", strings.TrimSpace(string(text)))
	}
}
